#include "proxy/worker/watchdog.h"

#include "proxy/worker/thread_stack.h"
#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace portcullis::worker {
namespace {

TEST(StallWatch, TellsOnceForEachStall) {
    StallWatch stall;
    const auto told = [&stall](std::uint64_t turns, int looks) {
        int count = 0;
        for (int i = 0; i < looks; ++i) {
            count += stall.note(turns, 5) ? 1 : 0;
        }
        return count;
    };
    EXPECT_EQ(told(7, 5), 0) << "the first look is the one that the others are compared with";
    EXPECT_EQ(told(7, 1), 1);
    EXPECT_EQ(told(7, 100), 0);
    EXPECT_EQ(told(8, 5), 0) << "it has turned";
    EXPECT_EQ(told(8, 1), 1) << "and stands again";
}

TEST(StallWatch, IgnoresLoopsThatHaveNotBegunOrHaveEnded) {
    StallWatch stall;
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(stall.note(stream::Loop::kNotBegun, 5));
    }
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(stall.note(stream::Loop::kEnded, 5));
    }
}

// A thread whose loop can be held up.
class WatchdogTest : public testing::Test {
  protected:
    void SetUp() override {
        watchdog.watch(loop, thread.native_handle());
        ASSERT_TRUE(test::eventually([this] { return loop.turns() != stream::Loop::kNotBegun; }));
    }

    ~WatchdogTest() override {
        loop.post([this] { loop.stop(); });
        thread.join();
    }

    void look_until_it_would_tell() {
        for (unsigned i = 0; i <= Watchdog::kLooksMax; ++i) {
            watchdog.look();
        }
    }

    void look_while_held(std::uint64_t stalls) {
        std::latch held{1};
        std::latch release{1};
        loop.post([&held, &release] {
            held.count_down();
            release.wait();
        });
        held.wait();
        look_until_it_would_tell();
        look_until_it_would_tell();
        EXPECT_EQ(watchdog.stalls(), stalls);
        const std::uint64_t turns = loop.turns();
        release.count_down();
        EXPECT_TRUE(test::eventually([&] { return loop.turns() != turns; }));
    }

    stream::Loop loop;
    Watchdog watchdog;
    std::thread thread{[this] {
        accept_stack_signal();
        loop.run(nullptr, nullptr);
    }};
};

TEST_F(WatchdogTest, CountsALoopThatStandsOnceForEachStall) {
    look_while_held(1);
    look_while_held(2);
}

}  // namespace
}  // namespace portcullis::worker
