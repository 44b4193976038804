#include "proxy/stream/buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace portcullis::stream {
namespace {

void put(Buffer& buffer, std::string_view bytes) {
    const auto space = buffer.space();
    ASSERT_GE(space.size(), bytes.size());
    std::copy(bytes.begin(), bytes.end(), space.begin());
    buffer.commit(bytes.size());
}

TEST(Buffer, HoldsWhatWasCommittedUntilItIsConsumed) {
    Slab slab;
    Buffer buffer{slab};
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.bytes(), "");
    put(buffer, "hello ");
    put(buffer, "world");
    EXPECT_EQ(buffer.bytes(), "hello world");
    const char* const at = buffer.bytes().data();
    buffer.consume(6);
    EXPECT_EQ(buffer.bytes(), "world");
    EXPECT_EQ(buffer.bytes().data(), at + 6) << "views of the rest stay valid";
    buffer.consume(5);
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.space().size(), Slab::kSmall) << "an empty buffer starts at the front again";
}

TEST(Buffer, MovesItsContentToTheFrontWhenTheEndIsReached) {
    Slab slab;
    Buffer buffer{slab};
    put(buffer, std::string(Slab::kSmall - 4, 'x') + "tail");
    EXPECT_TRUE(buffer.space().empty()) << "full";
    buffer.consume(Slab::kSmall - 4);
    EXPECT_EQ(buffer.space().size(), Slab::kSmall - 4);
    EXPECT_EQ(buffer.bytes(), "tail");
    put(buffer, "s");
    EXPECT_EQ(buffer.bytes(), "tails");
}

TEST(Buffer, GrowsOnceAndKeepsItsContent) {
    Slab slab;
    Buffer buffer{slab};
    const std::string full = "a" + std::string(Slab::kSmall - 2, 'x') + "z";
    put(buffer, full);
    buffer.consume(1);
    EXPECT_TRUE(buffer.grow());
    EXPECT_EQ(buffer.bytes(), full.substr(1));
    EXPECT_EQ(buffer.space().size(), Slab::kLarge - full.size() + 1);
    EXPECT_FALSE(buffer.grow());
    EXPECT_EQ(buffer.bytes(), full.substr(1)) << "a refusal changes nothing";
}

TEST(Buffer, AnEmptyOneGrowsTooAndALargeOneDoesNot) {
    Slab slab;
    Buffer fresh{slab};
    EXPECT_TRUE(fresh.grow());
    EXPECT_EQ(fresh.space().size(), Slab::kLarge);
    Buffer large{slab, Slab::kLarge};
    EXPECT_EQ(large.space().size(), Slab::kLarge);
    EXPECT_FALSE(large.grow());
}

TEST(Buffer, GivesItsBlockBackToTheSlab) {
    Slab slab;
    Buffer buffer{slab};
    put(buffer, "secret");
    const char* const at = buffer.bytes().data();
    buffer.release();
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(slab.take(Slab::kSmall).get(), at);
    buffer.release();  // again: nothing to give back
    put(buffer, "new");
    EXPECT_EQ(buffer.bytes(), "new");
}

TEST(BufferDeath, ConsumesAndCommitsOnlyWhatThereIs) {
    Slab slab;
    Buffer buffer{slab};
    put(buffer, "abc");
    EXPECT_DEATH(buffer.consume(4), "consuming what is not there");
    EXPECT_DEATH(buffer.commit(Slab::kSmall), "committing more than there was room for");
}

}  // namespace
}  // namespace portcullis::stream
