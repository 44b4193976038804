#include "base/budget.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

TEST(Budget, GivesAMinutesWorthAtOnceAndThenAsMuchAgainOverAMinute) {
    Budget budget{60};
    Budget::Clock::time_point now{1h};
    for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(budget.spend(now)) << i;
    }
    EXPECT_FALSE(budget.spend(now));
    now += 1s;
    EXPECT_TRUE(budget.spend(now));
    EXPECT_FALSE(budget.spend(now));
    now += 1h;
    for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(budget.spend(now)) << i;
    }
    EXPECT_FALSE(budget.spend(now));
}

TEST(Budget, WhatIsEarnedNeverExceedsAMinutesWorth) {
    Budget budget{2};
    const Budget::Clock::time_point now{1h};
    budget.earn(100);
    EXPECT_TRUE(budget.spend(now));
    EXPECT_TRUE(budget.spend(now));
    EXPECT_FALSE(budget.spend(now));
    budget.earn(1);
    EXPECT_TRUE(budget.spend(now));
    EXPECT_FALSE(budget.spend(now));
}

}  // namespace
}  // namespace portcullis
