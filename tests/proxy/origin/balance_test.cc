#include "proxy/origin/balance.h"

#include "proxy/origin/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace portcullis::origin {
namespace {

using Loads = std::vector<std::size_t>;

// Endpoints as a pick sees them, with what is owed to each kept between picks.
struct Stand {
    explicit Stand(const Loads& loads, const std::vector<double>& weights = {})
        : turns(loads.size()) {
        for (std::size_t i = 0; i < loads.size(); ++i) {
            candidates.push_back({.load = loads[i],
                                  .weight = weights.empty() ? 1 : weights[i],
                                  .identity = hash_of("10.0.0." + std::to_string(i)),
                                  .turn = &turns[i]});
        }
    }

    std::size_t pick_one(const Method& method, Rotation& rotation) {
        return pick(method, candidates, rotation);
    }

    std::vector<double> turns;
    std::vector<Candidate> candidates;
};

std::vector<int> picked(Balance balance, Stand stand, int times) {
    Rotation rotation;
    std::vector<int> counts(stand.candidates.size());
    for (int i = 0; i < times; ++i) {
        ++counts[stand.pick_one({balance}, rotation)];
    }
    return counts;
}

std::vector<int> picked(Balance balance, const Loads& loads, int times) {
    return picked(balance, Stand{loads}, times);
}

constexpr auto kAll = {Balance::p2c, Balance::round_robin, Balance::least_requests, Balance::ewma,
                       Balance::hash};

TEST(Balance, OneEndpointTakesEverything) {
    for (const Balance balance : kAll) {
        EXPECT_EQ(picked(balance, {3}, 10), std::vector{10});
    }
}

TEST(Balance, RoundRobinTakesTurnsWhateverTheLoad) {
    Rotation rotation;
    Stand stand{{9, 0, 5}};
    for (std::size_t turn = 0; turn < 9; ++turn) {
        EXPECT_EQ(stand.pick_one({Balance::round_robin}, rotation), turn % 3);
    }
}

TEST(Balance, RoundRobinGivesEachItsWeightWithoutBursts) {
    Rotation rotation;
    Stand stand{{0, 0, 0}, {5, 1, 1}};
    std::string order;
    for (int i = 0; i < 14; ++i) {
        order += static_cast<char>('a' + stand.pick_one({Balance::round_robin}, rotation));
    }
    EXPECT_EQ(order, "aabacaaaabacaa");
}

TEST(Balance, WeightsAreSharesInEveryMethod) {
    for (const Balance balance : kAll) {
        const auto counts = picked(balance, Stand{{0, 0, 0}, {2, 1, 1}}, 40'000);
        EXPECT_GT(counts[0], 15'000) << static_cast<int>(balance);
        EXPECT_NEAR(counts[1], counts[2], 1'500) << static_cast<int>(balance);
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

TEST(Balance, LeastRequestsAreFewForTheWeight) {
    EXPECT_EQ(picked(Balance::least_requests, Stand{{5, 2, 2}, {3, 1, 1}}, 10),
              (std::vector{10, 0, 0}));
}

TEST(Balance, EwmaOfTwoNeverPicksWhereItTakesLonger) {
    Stand stand{{0, 0}};
    stand.candidates[0].latency = 0.010;
    stand.candidates[1].latency = 0.011;
    EXPECT_EQ(picked(Balance::ewma, stand, 100), (std::vector{100, 0}));
    stand.candidates[0].load = 1;
    EXPECT_EQ(picked(Balance::ewma, stand, 100), (std::vector{0, 100})) << "twice the time";
}

TEST(Balance, EwmaTriesWhatIsNotKnownWithOneRequestAtATime) {
    Stand stand{{3, 0}};
    stand.candidates[0].latency = 0.001;
    EXPECT_EQ(picked(Balance::ewma, stand, 10), (std::vector{0, 10}));
    stand.candidates[1].load = 1;
    EXPECT_EQ(picked(Balance::ewma, stand, 10), (std::vector{10, 0}));
}

std::vector<std::size_t> homes_of_keys(Stand& stand, std::size_t keys) {
    Rotation rotation;
    std::vector<std::size_t> homes;
    for (std::size_t key = 0; key < keys; ++key) {
        homes.push_back(stand.pick_one({Balance::hash, hash_of(std::to_string(key))}, rotation));
    }
    return homes;
}

TEST(Balance, HashGivesAKeyTheSameEndpointAndSpreadsKeys) {
    Stand stand{Loads(5)};
    const auto homes = homes_of_keys(stand, 10'000);
    EXPECT_EQ(homes, homes_of_keys(stand, 10'000));
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(static_cast<double>(std::count(homes.begin(), homes.end(), i)), 2'000, 200);
    }
}

TEST(Balance, HashMovesNoKeyButThoseOfTheEndpointThatLeaves) {
    Stand all{Loads(5)};
    Stand fewer{Loads(5)};
    fewer.candidates.erase(fewer.candidates.begin() + 2);
    const auto before = homes_of_keys(all, 2'000);
    const auto after = homes_of_keys(fewer, 2'000);
    for (std::size_t key = 0; key < before.size(); ++key) {
        const std::size_t now = after[key] + (after[key] >= 2 ? 1 : 0);
        EXPECT_TRUE(before[key] == 2 || before[key] == now) << key;
    }
}

// One key only: what is under way never exceeds the bound anywhere, and all of it finds a place.
TEST(Balance, HashSpillsAPopularKeyOverAtTheBound) {
    for (const std::size_t percent : {105U, 125U, 200U}) {
        Stand stand{Loads(4)};
        Rotation rotation;
        for (std::size_t placed = 1; placed <= 1'000; ++placed) {
            const std::size_t at =
                stand.pick_one({Balance::hash, hash_of("popular"), percent}, rotation);
            ++stand.candidates[at].load;
            const double share =
                static_cast<double>(placed) * static_cast<double>(percent) / 100 / 4;
            EXPECT_LE(static_cast<double>(stand.candidates[at].load), share + 1);
        }
    }
}

TEST(Balance, HashWithoutAKeyIsP2c) {
    EXPECT_EQ(picked(Balance::hash, {1, 0}, 100), (std::vector{0, 100}));
}

TEST(Rotation, DrawsBelowTheLimit) {
    Rotation rotation;
    for (int i = 0; i < 1'000; ++i) {
        const double drawn = rotation.draw_below(3);
        EXPECT_TRUE(drawn >= 0 && drawn < 3) << drawn;
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
