#include "proxy/limit/pace.h"

#include <gtest/gtest.h>

namespace portcullis::limit {
namespace {

using namespace std::chrono_literals;

TEST(Pace, APeerThatMovesEnoughIsWaitedForInFullEachTime) {
    Pace pace{100};
    for (int i = 0; i < 1'000; ++i) {
        pace.note(10s, 1'000);
        ASSERT_EQ(pace.patience(30s), 30s) << i;
    }
}

TEST(Pace, OneThatMovesAByteNowAndThenUsesUpOurPatience) {
    Pace pace{100};
    pace.note(29s, 1);
    EXPECT_EQ(pace.patience(30s), 1'010ms);
    pace.note(1s, 1);
    EXPECT_EQ(pace.patience(30s), 20ms);
    pace.note(1s, 1);
    EXPECT_EQ(pace.patience(30s), 0ms);
}

TEST(Pace, WhatWasMovedBeforeIsNoCredit) {
    Pace pace{100};
    pace.note(1s, 1'000'000'000);
    pace.note(30s, 0);
    EXPECT_EQ(pace.patience(30s), 0ms);
}

TEST(Pace, AnyPaceWillDoWhereNoneIsAsked) {
    Pace pace;
    pace.note(10h, 1);
    EXPECT_EQ(pace.patience(30s), 30s);
}

}  // namespace
}  // namespace portcullis::limit
