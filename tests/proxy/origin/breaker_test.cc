#include "proxy/origin/breaker.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::origin {
namespace {

using Kind = Breaker::Kind;

class BreakerTest : public testing::Test {
  protected:
    Breaker::Place enter(Kind kind, std::size_t limit) {
        Breaker::Refused refused{};
        Breaker::Place place = Breaker::enter(breaker, kind, limit, {}, refused);
        EXPECT_EQ(refused, place.held() ? Breaker::Refused::no : Breaker::Refused::full);
        return place;
    }

    // Of a client that has that key, in a network of four clients' worth.
    Breaker::Place enter_as(std::uint64_t client, std::size_t limit, std::size_t most,
                            Breaker::Refused& refused) {
        ClientKeys keys;
        keys.add({client, 1});
        keys.add({999, 4});
        return Breaker::enter(breaker, Kind::requests, limit, {keys, most}, refused);
    }

    std::shared_ptr<Breaker> breaker = std::make_shared<Breaker>();
};

TEST_F(BreakerTest, LetsInUpToTheLimitAndAgainWhenOneLeaves) {
    for (const Kind kind : {Kind::requests, Kind::connections, Kind::pending}) {
        std::vector<Breaker::Place> places;
        for (int i = 0; i < 3; ++i) {
            places.push_back(enter(kind, 3));
            EXPECT_TRUE(places.back().held());
        }
        EXPECT_FALSE(enter(kind, 3).held());
        EXPECT_EQ(breaker->of(kind), 3U) << "whoever is refused does not count";
        places.pop_back();
        EXPECT_EQ(breaker->of(kind), 2U);
        EXPECT_TRUE(enter(kind, 3).held());
    }
}

TEST_F(BreakerTest, CountsEachKindOnItsOwn) {
    const Breaker::Place place = enter(Kind::requests, 1);
    EXPECT_TRUE(enter(Kind::connections, 1).held());
    EXPECT_EQ(breaker->of(Kind::pending), 0U);
}

TEST_F(BreakerTest, AReducedLimitLetsNobodyInUntilEnoughHaveLeft) {
    std::vector<Breaker::Place> places;
    for (int i = 0; i < 5; ++i) {
        places.push_back(enter(Kind::requests, 5));
    }
    places.resize(3);
    EXPECT_FALSE(enter(Kind::requests, 3).held());
    places.resize(2);
    EXPECT_TRUE(enter(Kind::requests, 3).held());
}

TEST_F(BreakerTest, APlaceLeavesOnceWhereverItIsMoved) {
    {
        Breaker::Place place = enter(Kind::requests, 1);
        Breaker::Place moved{std::move(place)};
        Breaker::Place assigned;
        EXPECT_FALSE(assigned.held());
        assigned = std::move(moved);
        EXPECT_TRUE(assigned.held());
        EXPECT_EQ(breaker->of(Kind::requests), 1U);
    }
    EXPECT_EQ(breaker->of(Kind::requests), 0U);
}

TEST_F(BreakerTest, APlaceMayOutliveItsOwner) {
    const Breaker::Place place = enter(Kind::connections, 1);
    breaker.reset();
    EXPECT_TRUE(place.held());
}

TEST_F(BreakerTest, AClientHasItsShareAndOthersHaveTheRest) {
    Breaker::Refused refused{};
    std::vector<Breaker::Place> places;
    for (int i = 0; i < 2; ++i) {
        places.push_back(enter_as(1, 10, 2, refused));
        EXPECT_TRUE(places.back().held());
    }
    EXPECT_FALSE(enter_as(1, 10, 2, refused).held());
    EXPECT_EQ(refused, Breaker::Refused::share);
    places.push_back(enter_as(2, 10, 2, refused));
    EXPECT_TRUE(places.back().held()) << "another client";
    places.erase(places.begin());
    places.push_back(enter_as(1, 10, 2, refused));
    EXPECT_TRUE(places.back().held()) << "one of the client's has left";
    EXPECT_EQ(breaker->of(Kind::requests), 3U);
}

TEST_F(BreakerTest, ANetworkOfManyClientsHasHalfOfTheLimitAtMost) {
    Breaker::Refused refused{};
    std::vector<Breaker::Place> places;
    for (std::uint64_t client = 1; client <= 5; ++client) {
        places.push_back(enter_as(client, 10, 2, refused));
        EXPECT_TRUE(places.back().held()) << client;
    }
    EXPECT_FALSE(enter_as(6, 10, 2, refused).held()) << "half of ten";
    EXPECT_EQ(refused, Breaker::Refused::share);
    EXPECT_TRUE(enter(Kind::requests, 10).held()) << "somebody from elsewhere";
}

}  // namespace
}  // namespace portcullis::origin
