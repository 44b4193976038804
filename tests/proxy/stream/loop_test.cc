#include "proxy/stream/loop.h"

#include "base/task.h"
#include "proxy/stream/sleep.h"

#include <gtest/gtest.h>

#include <thread>

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

// Sleeping less than asked is the only mistake that a busy machine cannot excuse.
TEST(Loop, IsNotEarlyWhenItRunsLongAfterItWasMade) {
    Loop loop;
    std::this_thread::sleep_for(400ms);
    const auto begun = Clock::now();
    bool over = false;
    Task<> sleeping;
    loop.post([&] { sleeping = sleep_then_stop(loop, 300ms, over); });
    loop.run(nullptr, nullptr);
    EXPECT_TRUE(over);
    EXPECT_GE(Clock::now() - begun, 300ms);
}

// One turn may take long; what the next one sets counts from the time that it is then.
TEST(Loop, IsNotEarlyAfterItWasHeldUp) {
    Loop loop;
    Clock::time_point begun;
    bool over = false;
    Task<> sleeping;
    const auto sleep = [&] {
        begun = Clock::now();
        sleeping = sleep_then_stop(loop, 49ms, over);
    };
    loop.post([&] {
        loop.post(sleep);
        std::this_thread::sleep_for(110ms);
    });
    loop.run(nullptr, nullptr);
    EXPECT_TRUE(over);
    EXPECT_GE(Clock::now() - begun, 49ms);
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

// Does what it is to do twice: the second time is part of the same go.
struct Twice final : Deferred {
    explicit Twice(Loop& owner) : loop{owner} {}

    void on_turn_end() noexcept override {
        if (++count == 1) {
            loop.defer(*this);
            loop.defer(*this);
        } else {
            loop.stop();
        }
    }

    Loop& loop;
    int count = 0;
};

TEST(Loop, DoesWhatWasDeferredOnceAndBeforeItWaitsAgain) {
    Loop loop;
    Twice twice{loop};
    {
        Twice gone{loop};
        loop.defer(gone);
    }
    loop.defer(twice);
    loop.run(nullptr, nullptr);
    EXPECT_EQ(twice.count, 2);
}

}  // namespace
}  // namespace portcullis::stream
