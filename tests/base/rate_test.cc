#include "base/rate.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

using Clock = Rate::Clock;

constexpr Clock::time_point kStart{1'000s};

// What is allowed of so many asked for at once, and the bucket afterwards.
int allowed(const Rate& rate, std::int64_t& full_at, Clock::time_point now, int asked) {
    int count = 0;
    for (int i = 0; i < asked; ++i) {
        const Rate::Step step = rate.take(full_at, now);
        full_at = step.full_at;
        count += step.taken.allowed ? 1 : 0;
    }
    return count;
}

TEST(Rate, AllowsABurstAndThenSoManyASecond) {
    const Rate rate{10, 1s, 25};
    std::int64_t full_at = 0;
    EXPECT_EQ(allowed(rate, full_at, kStart, 100), 25);
    EXPECT_EQ(allowed(rate, full_at, kStart + 99ms, 100), 0);
    EXPECT_EQ(allowed(rate, full_at, kStart + 100ms, 100), 1);
    EXPECT_EQ(allowed(rate, full_at, kStart + 1s, 100), 9);
    EXPECT_EQ(allowed(rate, full_at, kStart + 1h, 100), 25) << "a pause is worth a burst, no more";
}

TEST(Rate, SaysWhatIsLeftAndWhenThereIsMore) {
    const Rate rate{2, 1s, 2};
    Rate::Step step = rate.take(0, kStart);
    EXPECT_TRUE(step.taken.allowed);
    EXPECT_EQ(step.taken.left, 1U);
    EXPECT_EQ(step.taken.full_in, 500ms);
    EXPECT_EQ(step.taken.again_in, 0ms);
    step = rate.take(step.full_at, kStart + 100ms);
    EXPECT_EQ(step.taken.left, 0U);
    EXPECT_EQ(step.taken.full_in, 900ms);
    const std::int64_t before = step.full_at;
    step = rate.take(step.full_at, kStart + 200ms);
    EXPECT_FALSE(step.taken.allowed);
    EXPECT_EQ(step.taken.left, 0U);
    EXPECT_EQ(step.taken.full_in, 800ms);
    EXPECT_EQ(step.taken.again_in, 300ms);
    EXPECT_EQ(step.full_at, before) << "whoever is refused loses nothing";
    EXPECT_TRUE(rate.take(before, kStart + 500ms).taken.allowed);
}

TEST(Rate, MayBeSlowerThanOneASecond) {
    const Rate rate{1, 1h, 1};
    std::int64_t full_at = 0;
    EXPECT_EQ(allowed(rate, full_at, kStart, 3), 1);
    EXPECT_EQ(allowed(rate, full_at, kStart + 59min, 3), 0);
    EXPECT_EQ(allowed(rate, full_at, kStart + 60min, 3), 1);
}

TEST(Rate, ABurstMayBeWorthMoreThanALifetime) {
    const Rate rate{1, 24h, 1'000'000};
    std::int64_t full_at = 0;
    EXPECT_EQ(allowed(rate, full_at, kStart, 20'000), 20'000);
    const Rate::Step step = rate.take(full_at, kStart);
    EXPECT_TRUE(step.taken.allowed);
    EXPECT_GT(step.taken.left, 0U);
    EXPECT_GT(step.taken.full_in, 24h * 20'000);
}

TEST(Rate, HasTenSecondsWorthOrAMinutesWorthAtOnce) {
    std::int64_t full_at = 0;
    EXPECT_EQ(allowed(Rate::per_second(7), full_at, kStart, 100), 70);
    full_at = 0;
    EXPECT_EQ(allowed(Rate::per_minute(7), full_at, kStart, 100), 7);
    EXPECT_EQ(allowed(Rate::per_minute(7), full_at, kStart + 10s, 100), 1);
}

}  // namespace
}  // namespace portcullis
