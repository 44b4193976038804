#include "proxy/origin/balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace portcullis::origin {
namespace {

using Loads = std::vector<std::size_t>;

std::size_t pick_one(Balance balance, const Loads& loads, Rotation& rotation) {
    return pick(
        balance, loads.size(), [&](std::size_t i) { return loads[i]; }, rotation);
}

std::vector<int> picked(Balance balance, const Loads& loads, int times) {
    Rotation rotation;
    std::vector<int> counts(loads.size());
    for (int i = 0; i < times; ++i) {
        ++counts[pick_one(balance, loads, rotation)];
    }
    return counts;
}

constexpr auto kAll = {Balance::p2c, Balance::round_robin, Balance::least_requests};

TEST(Balance, OneEndpointTakesEverything) {
    for (const Balance balance : kAll) {
        EXPECT_EQ(picked(balance, {3}, 10), std::vector{10});
    }
}

TEST(Balance, RoundRobinTakesTurnsWhateverTheLoad) {
    Rotation rotation;
    const Loads loads{9, 0, 5};
    for (std::size_t turn = 0; turn < 9; ++turn) {
        EXPECT_EQ(pick_one(Balance::round_robin, loads, rotation), turn % 3);
    }
}

// Endpoints come and go with a reload; the turn goes on somewhere in range.
TEST(Balance, TurnsStayInRangeWhenTheNumberOfEndpointsChanges) {
    for (const Balance balance : kAll) {
        Rotation rotation;
        for (std::size_t count = 7; count >= 1; --count) {
            for (int i = 0; i < 20; ++i) {
                EXPECT_LT(pick_one(balance, Loads(count, 1), rotation), count);
            }
        }
    }
}

TEST(Balance, LeastRequestsPicksTheLeastLoaded) {
    EXPECT_EQ(picked(Balance::least_requests, {4, 2, 3, 9}, 50), (std::vector{0, 50, 0, 0}));
}

TEST(Balance, LeastRequestsLetsEqualsTakeTurns) {
    const auto counts = picked(Balance::least_requests, {1, 1, 1, 1}, 40);
    EXPECT_EQ(counts, (std::vector{10, 10, 10, 10}));
    const auto two = picked(Balance::least_requests, {5, 1, 5, 1}, 40);
    EXPECT_EQ(two[1] + two[3], 40);
    EXPECT_EQ(two[1], 20);
}

TEST(Balance, P2cOfTwoNeverPicksTheMoreLoaded) {
    EXPECT_EQ(picked(Balance::p2c, {1, 0}, 1000), (std::vector{0, 1000}));
    EXPECT_EQ(picked(Balance::p2c, {0, 1}, 1000), (std::vector{1000, 0}));
}

TEST(Balance, P2cNeverPicksTheMostLoadedOfMany) {
    const auto counts = picked(Balance::p2c, {3, 1, 7, 2}, 10'000);
    EXPECT_EQ(counts[2], 0);
    EXPECT_GT(counts[1], counts[3]);
    EXPECT_GT(counts[3], counts[0]) << "the less loaded, the more often";
    EXPECT_GT(counts[0], 0) << "but not a herd towards the least";
}

TEST(Balance, P2cSpreadsEvenlyOverEquals) {
    const int each = 2000;
    for (const std::size_t count : {2U, 3U, 5U, 8U}) {
        for (const int times : picked(Balance::p2c, Loads(count), each * static_cast<int>(count))) {
            EXPECT_NEAR(times, each, each / 10) << count;
        }
    }
}

TEST(Rotation, DrawsADifferentNumberEachTime) {
    Rotation rotation;
    std::vector<std::uint64_t> drawn;
    std::generate_n(std::back_inserter(drawn), 1000, [&] { return rotation.draw(); });
    std::sort(drawn.begin(), drawn.end());
    EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
    EXPECT_NE(drawn.front(), 0U);
}

}  // namespace
}  // namespace portcullis::origin
