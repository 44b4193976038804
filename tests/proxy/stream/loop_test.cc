#include "proxy/stream/loop.h"

#include "base/task.h"
#include "proxy/stream/sleep.h"

#include <gtest/gtest.h>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Ticks {
    Loop& loop;
    int count = 0;
    int stop_at = 0;

    static void on_tick(void* self) {
        auto& ticks = *static_cast<Ticks*>(self);
        if (++ticks.count >= ticks.stop_at) {
            ticks.loop.stop();
        }
    }
};

Task<> sleep_then_stop(Loop& loop, Duration time, bool& over) {
    co_await Sleep{loop, time};
    over = true;
    loop.stop();
}

TEST(Loop, TicksUntilItIsStopped) {
    Loop loop;
    Ticks ticks{loop, 0, 3};
    loop.run(Ticks::on_tick, &ticks);
    EXPECT_EQ(ticks.count, 3);
}

// Sleeping less than asked is the only mistake that a busy machine cannot excuse. Each is set just
// before a tick, where the wheel knows least about the time.
TEST(Loop, KeepsDeadlinesAndIsNeverEarly) {
    Loop loop;
    for (const Duration offset : {0ms, 20ms, 45ms, 49ms}) {
        bool over = false;
        Clock::time_point begun;
        boost::asio::steady_timer start{loop.io(), Wheel::kTick * 2 + offset};
        Task<> sleeping;
        start.async_wait([&](const boost::system::error_code&) {
            begun = Clock::now();
            sleeping = sleep_then_stop(loop, 49ms, over);
        });
        loop.io().restart();
        loop.run(nullptr, nullptr);
        EXPECT_TRUE(over);
        EXPECT_GE(Clock::now() - begun, 49ms) << offset.count();
    }
}

TEST(Sleep, LeavesTheWheelWithItsTask) {
    Loop loop;
    bool over = false;
    {
        const Task<> sleeping = sleep_then_stop(loop, 50ms, over);
        EXPECT_FALSE(sleeping.done());
    }
    loop.wheel().advance(1s);
    EXPECT_FALSE(over);
}

}  // namespace
}  // namespace portcullis::stream
