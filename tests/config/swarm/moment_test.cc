#include "config/swarm/moment.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

TEST(Moment, IsAsLongAgoAsTheClockOfTheBootSays) {
    EXPECT_EQ(age({1'000, "a", 500}, {9'000, "a", 700}), Duration{200});
    EXPECT_EQ(age({9'000, "a", 500}, {1'000, "a", 700}), Duration{200})
        << "the wall's was set back";
    EXPECT_EQ(age({1'000, "a", 700}, {9'000, "a", 699}), kAgeUnknown) << "nobody sets that clock";
}

TEST(Moment, OfAnotherBootIsAsLongAgoAsTheWallsClockSays) {
    EXPECT_EQ(age({1'000, "a", 500}, {9'000, "b", 700}), Duration{8'000});
    EXPECT_EQ(age({1'000, "", 500}, {9'000, "", 700}), Duration{8'000})
        << "which boot is not known";
    EXPECT_EQ(age({9'000, "a", 500}, {8'000, "b", 700}), Duration{0}) << "clocks differ a little";
    EXPECT_EQ(age({9'001, "a", 500}, {8'000, "b", 700}), kAgeUnknown) << "not 0: one was set";
}

TEST(Moment, NowIsOfThisBootAndGoesOn) {
    const Moment first = moment_now();
    const Moment second = moment_now();
    EXPECT_FALSE(first.boot.empty());
    EXPECT_EQ(first.boot, second.boot);
    EXPECT_GT(first.wall, 1'790'000'000'000U);
    EXPECT_LT(age(first, second), Duration{60'000});
}

}  // namespace
}  // namespace portcullis::swarm
