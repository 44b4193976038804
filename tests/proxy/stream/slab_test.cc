#include "proxy/stream/slab.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace portcullis::stream {
namespace {

TEST(Slab, GivesBackTheBlockOfThatSizeThatWasReturnedLast) {
    Slab slab;
    Slab::Block small = slab.take(Slab::kSmall);
    Slab::Block large = slab.take(Slab::kLarge);
    const char* const small_at = small.get();
    const char* const large_at = large.get();
    slab.give(std::move(large), Slab::kLarge);
    slab.give(std::move(small), Slab::kSmall);
    EXPECT_EQ(slab.take(Slab::kLarge).get(), large_at);
    EXPECT_EQ(slab.take(Slab::kSmall).get(), small_at);
}

TEST(Slab, BlocksAreAsLargeAsTheySay) {
    Slab slab;
    for (const std::size_t size : {Slab::kSmall, Slab::kLarge}) {
        const Slab::Block block = slab.take(size);
        std::memset(block.get(), 'x', size);  // AddressSanitizer watches the end
        EXPECT_EQ(block[size - 1], 'x');
    }
}

// The rest goes back to the allocator: otherwise LeakSanitizer, or the last of these, would tell.
TEST(Slab, KeepsOnlySoManySpares) {
    Slab slab;
    std::vector<Slab::Block> blocks;
    std::set<const char*> first;
    for (std::size_t i = 0; i < Slab::kSpareBlocks + 5; ++i) {
        blocks.push_back(slab.take(Slab::kSmall));
        if (i < Slab::kSpareBlocks) {
            first.insert(blocks.back().get());
        }
    }
    for (Slab::Block& block : blocks) {
        slab.give(std::move(block), Slab::kSmall);
    }
    std::vector<Slab::Block> again;
    for (std::size_t i = 0; i < Slab::kSpareBlocks; ++i) {
        again.push_back(slab.take(Slab::kSmall));
        EXPECT_TRUE(first.contains(again.back().get())) << i;
    }
    EXPECT_FALSE(first.contains(slab.take(Slab::kSmall).get()));
}

TEST(SlabDeath, HasTwoSizes) {
    Slab slab;
    EXPECT_DEATH((void)slab.take(1000), "a slab has two sizes");
}

}  // namespace
}  // namespace portcullis::stream
