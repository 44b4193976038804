#include "proxy/origin/breaker.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::origin {
namespace {

using Kind = Breaker::Kind;

class BreakerTest : public testing::Test {
  protected:
    Breaker::Place enter(Kind kind, std::size_t limit) {
        return Breaker::enter(breaker, kind, limit);
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

}  // namespace
}  // namespace portcullis::origin
