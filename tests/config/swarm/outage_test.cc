#include "config/swarm/outage.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using namespace std::chrono_literals;

Outage::Time at(std::chrono::seconds time) {
    return Outage::Time{1h} + time;
}

std::string text(const std::optional<Said>& said) {
    constexpr const char* kLevels[] = {"info: ", "warning: ", "error: "};
    return said ? kLevels[static_cast<int>(said->level)] + said->sentence : "";
}

TEST(Outage, IsToldWhenItBeginsAndWhenItEnds) {
    Outage outage{30s, at(0s)};
    EXPECT_EQ(text(outage.on_good(at(1s))), "");
    EXPECT_EQ(text(outage.on_failure("it hangs", at(5s))),
              "warning: the swarm is not seen: it hangs; what was last known stays");
    EXPECT_EQ(text(outage.on_failure("it hangs", at(6s))), "");
    EXPECT_EQ(text(outage.on_failure("no leader", at(7s))), "");
    EXPECT_EQ(outage.why(), "no leader");
    EXPECT_EQ(text(outage.on_good(at(13s))), "info: the swarm is seen again, after 12s");
    EXPECT_EQ(text(outage.on_good(at(14s))), "");
    EXPECT_EQ(outage.why(), "");
}

TEST(Outage, IsAnAlarmWhenItIsLongAndAgainNowAndThen) {
    Outage outage{30s, at(0s)};
    EXPECT_NE(text(outage.on_failure("x", at(1s))), "");
    EXPECT_EQ(text(outage.on_failure("x", at(30s))), "");
    EXPECT_FALSE(outage.stale(at(30s)));
    EXPECT_EQ(text(outage.on_failure("x", at(31s))),
              "error: what is known of the swarm is 31s old: x");
    EXPECT_TRUE(outage.stale(at(31s)));
    EXPECT_EQ(text(outage.on_failure("x", at(630s))), "");
    EXPECT_EQ(text(outage.on_failure("x", at(631s))),
              "error: what is known of the swarm is 631s old: x");
    EXPECT_NE(text(outage.on_good(at(700s))), "");
    EXPECT_FALSE(outage.stale(at(701s)));
    EXPECT_EQ(outage.age(at(701s)), 1s);
}

}  // namespace
}  // namespace portcullis::swarm
