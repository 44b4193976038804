#include "proxy/stream/wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace portcullis::stream {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

class Alarm final : public Timed {
  public:
    Alarm() = default;

    explicit Alarm(std::function<void()> action) : action_{std::move(action)} {}

    int rung = 0;

  private:
    void on_deadline() noexcept override {
        ++rung;
        if (action_) {
            action_();
        }
    }

    std::function<void()> action_;
};

// When a deadline set at the moment `at` fires, the wheel being told the time at every tick.
milliseconds fired_after(milliseconds at, milliseconds from_now) {
    Wheel wheel;
    Alarm alarm;
    wheel.advance(at);
    wheel.set(alarm, from_now);
    milliseconds now = at / Wheel::kTick * Wheel::kTick;
    while (alarm.rung == 0) {
        now += Wheel::kTick;
        wheel.advance(now);
    }
    return now - at;
}

TEST(Wheel, IsNeverEarlyAndLateByLessThanTwoTicks) {
    for (const milliseconds at : {0ms, 1ms, 25ms, 49ms, 50ms, 51ms, 99ms}) {
        for (const milliseconds from_now :
             {0ms, 1ms, 49ms, 50ms, 51ms, 99ms, 100ms, 1234ms, 5000ms}) {
            const milliseconds after = fired_after(at, from_now);
            EXPECT_GE(after, from_now) << "set at " << at.count();
            EXPECT_LT(after, from_now + 2 * Wheel::kTick)
                << "set at " << at.count() << " for " << from_now.count();
        }
    }
}

TEST(Wheel, KeepsDeadlinesBeyondOneTurn) {
    const milliseconds turn = Wheel::kTick * Wheel::kSlots;
    for (const milliseconds from_now : {turn - 1ms, turn, turn + 1ms, 3 * turn + 7ms}) {
        const milliseconds after = fired_after(0ms, from_now);
        EXPECT_GE(after, from_now);
        EXPECT_LT(after, from_now + 2 * Wheel::kTick);
    }
}

TEST(Wheel, RingsOnce) {
    Wheel wheel;
    Alarm alarm;
    wheel.set(alarm, 10ms);
    EXPECT_TRUE(alarm.has_deadline());
    wheel.advance(1s);
    EXPECT_FALSE(alarm.has_deadline());
    wheel.advance(1h);
    EXPECT_EQ(alarm.rung, 1);
}

TEST(Wheel, MovesADeadlineThatIsSetAgain) {
    Wheel wheel;
    Alarm later;
    Alarm sooner;
    wheel.set(later, 100ms);
    wheel.set(later, 1s);
    wheel.set(sooner, 1s);
    wheel.set(sooner, 100ms);
    wheel.advance(500ms);
    EXPECT_EQ(later.rung, 0);
    EXPECT_EQ(sooner.rung, 1);
    wheel.advance(2s);
    EXPECT_EQ(later.rung, 1);
    EXPECT_EQ(sooner.rung, 1);
}

TEST(Wheel, ForgetsWhatIsDroppedOrDestroyed) {
    Wheel wheel;
    Alarm dropped;
    wheel.set(dropped, 100ms);
    {
        Alarm destroyed;
        wheel.set(destroyed, 100ms);
    }
    dropped.drop_deadline();
    EXPECT_FALSE(dropped.has_deadline());
    wheel.advance(1s);
    EXPECT_EQ(dropped.rung, 0);
}

TEST(Wheel, ADeadlineMayDestroyTheOthersOfItsTick) {
    Wheel wheel;
    std::vector<std::unique_ptr<Alarm>> others;
    int rung = 0;
    const auto destroy_all = [&] {
        ++rung;
        others.clear();
    };
    Alarm first{destroy_all};
    wheel.set(first, 100ms);
    for (int i = 0; i < 3; ++i) {
        others.push_back(std::make_unique<Alarm>([&] { ++rung; }));
        wheel.set(*others.back(), 100ms);
    }
    wheel.advance(1s);
    EXPECT_EQ(rung, 1);
}

TEST(Wheel, ADeadlineMayMoveAnotherOfItsTick) {
    Wheel wheel;
    Alarm other;
    Alarm first{[&] { wheel.set(other, 10s); }};
    wheel.set(first, 100ms);
    wheel.set(other, 100ms);
    wheel.advance(1s);
    EXPECT_EQ(other.rung, 0);
    wheel.advance(12s);
    EXPECT_EQ(other.rung, 1);
}

// The wheel is told of ten seconds at once when its thread was held up: a deadline set meanwhile
// counts from the time that was told, not from the tick that is being made up for.
TEST(Wheel, ADeadlineSetWhileTimeIsMadeUpForIsNotEarly) {
    Wheel wheel;
    Alarm next;
    Alarm first{[&] { wheel.set(next, 1s); }};
    wheel.set(first, 100ms);
    wheel.advance(10s);
    EXPECT_EQ(first.rung, 1);
    EXPECT_EQ(next.rung, 0);
    wheel.advance(10'950ms);
    EXPECT_EQ(next.rung, 0);
    wheel.advance(11'100ms);
    EXPECT_EQ(next.rung, 1);
}

TEST(Wheel, RingsInTheOrderOfTimeWhenItCatchesUp) {
    Wheel wheel;
    std::vector<int> order;
    Alarm late{[&] { order.push_back(2); }};
    Alarm early{[&] { order.push_back(1); }};
    wheel.set(late, 2s);
    wheel.set(early, 1s);
    wheel.advance(1min);
    EXPECT_EQ(order, (std::vector{1, 2}));
}

}  // namespace
}  // namespace portcullis::stream
