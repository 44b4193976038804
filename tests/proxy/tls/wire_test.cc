#include "proxy/tls/wire.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using BioHandle = Handle<BIO, BIO_free>;

void write(const BioHandle& bio, std::string_view bytes) {
    ASSERT_EQ(BIO_write(bio.get(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()))
        << "it takes everything";
}

class WireTest : public testing::Test {
  protected:
    WireTest() { wire.begin_call(true); }

    test::LocalPair pair;
    Wire wire{pair.ours.get()};
    BioHandle bio{wire.make_bio()};
};

TEST_F(WireTest, SendsWhatWasGatheredWhenItIsFlushed) {
    write(bio, "one ");
    write(bio, "two");
    EXPECT_EQ(BIO_flush(bio.get()), 1);
    EXPECT_EQ(test::drained(pair.theirs), "") << "OpenSSL's own flush is not the moment";
    EXPECT_EQ(wire.flush(), Wire::Flushed::all);
    EXPECT_EQ(test::drained(pair.theirs), "one two");
    EXPECT_EQ(wire.flush(), Wire::Flushed::all);
    EXPECT_EQ(test::drained(pair.theirs), "") << "once";
}

std::string numbered(std::size_t size, char tag) {
    std::string bytes;
    for (std::size_t i = 0; bytes.size() < size; ++i) {
        bytes += tag + std::to_string(i) + ",";
    }
    return bytes;
}

TEST_F(WireTest, ACallTakesItsShareAndIsToBeMadeAgain) {
    const std::string much(Wire::kCallBytesMax + 1'000, 'x');
    test::put(pair.theirs, much);
    std::string into(16U << 10U, ' ');
    std::size_t taken = 0;
    const auto call = [&] {
        wire.begin_call(false);
        for (int got;
             (got = BIO_read(bio.get(), into.data(), static_cast<int>(into.size()))) > 0;) {
            taken += static_cast<std::size_t>(got);
        }
        EXPECT_TRUE(BIO_should_retry(bio.get()));
    };
    call();
    EXPECT_EQ(taken, Wire::kCallBytesMax);
    EXPECT_TRUE(wire.take_paused());
    EXPECT_FALSE(wire.take_drained()) << "there is more";
    call();
    EXPECT_EQ(taken, much.size());
    EXPECT_FALSE(wire.take_paused());
    EXPECT_TRUE(wire.take_drained());
    EXPECT_EQ(wire.taken(), much.size());
}

TEST_F(WireTest, ACallThatSendsNothingOfOursGathersOnlySoMuch) {
    wire.begin_call(false);
    const std::string reply(Wire::kReplyBytesMax, 'x');
    write(bio, reply);
    EXPECT_LE(BIO_write(bio.get(), "x", 1), 0);
    std::string got;
    while (wire.flush() == Wire::Flushed::partly) {
        got += test::drained(pair.theirs);
    }
    got += test::drained(pair.theirs);
    EXPECT_EQ(got.size(), reply.size());
}

TEST_F(WireTest, KeepsTheOrderWhenThePeerTakesItInPieces) {
    const std::string first = numbered(2'000'000, 'a');
    const std::string second = numbered(500'000, 'b');
    write(bio, first);
    EXPECT_EQ(wire.flush(), Wire::Flushed::partly);
    write(bio, second);
    std::string got;
    while (wire.flush() == Wire::Flushed::partly) {
        got += test::drained(pair.theirs);
    }
    got += test::drained(pair.theirs);
    EXPECT_TRUE(got == first + second) << got.size();
}

// The gathering buffer is the thread's: what one connection could not send is not another's.
TEST_F(WireTest, WhatOnePeerDoesNotTakeNeverReachesAnother) {
    write(bio, std::string(2'000'000, 'x'));
    EXPECT_EQ(wire.flush(), Wire::Flushed::partly);
    test::LocalPair others;
    Wire other{others.ours.get()};
    const BioHandle other_bio{other.make_bio()};
    write(other_bio, "mine");
    EXPECT_EQ(other.flush(), Wire::Flushed::all);
    EXPECT_EQ(test::drained(others.theirs), "mine");
}

TEST_F(WireTest, ABrokenConnectionKeepsNothing) {
    pair.theirs.reset();
    write(bio, "lost");
    EXPECT_EQ(wire.flush(), Wire::Flushed::broken);
    test::LocalPair others;
    Wire other{others.ours.get()};
    EXPECT_EQ(other.flush(), Wire::Flushed::all);
    EXPECT_EQ(test::drained(others.theirs), "");
}

TEST_F(WireTest, ReadsWhatIsThereAndAsksForARetryWhenThereIsNothing) {
    std::array<char, 16> bytes{};
    EXPECT_EQ(BIO_read(bio.get(), bytes.data(), 16), -1);
    EXPECT_TRUE(BIO_should_read(bio.get()));
    test::put(pair.theirs, "hello");
    EXPECT_EQ(BIO_read(bio.get(), bytes.data(), 16), 5);
    EXPECT_FALSE(BIO_should_retry(bio.get()));
    pair.theirs.reset();
    EXPECT_EQ(BIO_read(bio.get(), bytes.data(), 16), 0);
    EXPECT_FALSE(BIO_should_retry(bio.get()));
}

TEST_F(WireTest, ReadsNothingOnceItIsStopped) {
    test::put(pair.theirs, "more");
    wire.stop();
    char byte = 0;
    EXPECT_EQ(BIO_read(bio.get(), &byte, 1), -1);
    EXPECT_FALSE(BIO_should_retry(bio.get()));
}

}  // namespace
}  // namespace portcullis::tls
