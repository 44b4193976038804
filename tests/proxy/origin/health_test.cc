#include "proxy/origin/health.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace portcullis::origin {
namespace {

// Checks as they come, '+' passed and '-' failed; answered by the state after each: '?' unknown,
// 'u' up, 'd' down.
std::string play(std::string_view checks, std::size_t healthy, std::size_t unhealthy) {
    HealthConfig config;
    config.healthy = healthy;
    config.unhealthy = unhealthy;
    Health health;
    std::string states;
    for (const char check : checks) {
        const Health::State before = health.state();
        const bool changed = health.note(check == '+', config);
        EXPECT_EQ(changed, before != health.state()) << checks << " after " << states;
        states += health.state() == Health::State::unknown ? '?' : health.up() ? 'u' : 'd';
    }
    return states;
}

TEST(Health, IsNotUpUntilTheFirstSuccessWhichIsEnough) {
    EXPECT_FALSE(Health{}.up());
    EXPECT_EQ(play("--+", 1, 3), "??u");
    EXPECT_EQ(play("-----------+", 5, 3), "???????????u");
}

TEST(Health, GoesDownAfterSoManyFailuresInARow) {
    EXPECT_EQ(play("+--+--+---", 1, 3), "uuuuuuuuud");
    EXPECT_EQ(play("+-", 1, 1), "ud");
}

TEST(Health, ComesBackAfterSoManySuccessesInARow) {
    EXPECT_EQ(play("+-+", 1, 1), "udu");
    EXPECT_EQ(play("+-++-+++", 3, 1), "uddddddu");
}

TEST(Health, FlappingBelowBothLimitsChangesNothing) {
    EXPECT_EQ(play("+-+-+-+-+-", 2, 2), "uuuuuuuuuu");
    EXPECT_EQ(play("+--+-+-+-", 2, 2), "uuddddddd");
}

TEST(Health, WhatHasServedWithoutChecksIsUpUntilTheySayOtherwise) {
    HealthConfig config;
    config.unhealthy = 2;
    Health health;
    health.assume_up();
    EXPECT_TRUE(health.up());
    EXPECT_FALSE(health.note(false, config));
    EXPECT_TRUE(health.note(false, config));
    EXPECT_FALSE(health.up());
}

}  // namespace
}  // namespace portcullis::origin
