#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Canary, CountsAndDropsWhatCameAroundTheGate) {
    EXPECT_EQ(
        lines(everything_in(FirewallMode::edge), "canary_in_outside"),
        (std::vector<std::string>{"meta l4proto { tcp, udp } ct direction original ct original "
                                  "proto-dst != { 68, 443, 546, 2222, 2377, 7789, 7946 } "
                                  "counter name canary drop"}));
    EXPECT_EQ(lines(compiled(FirewallMode::closed), "canary_in_outside").at(0).find("443"),
              std::string::npos);
}

TEST(Canary, OnlyAPublished443IsForwarded) {
    EXPECT_TRUE(
        has_line(compiled(FirewallMode::edge), "canary_fwd_outside",
                 "meta l4proto { tcp, udp } ct direction original counter name canary drop"));
    EXPECT_TRUE(has_line(compiled(FirewallMode::published), "canary_fwd_outside",
                         "meta l4proto { tcp, udp } ct direction original ct original proto-dst != "
                         "443 counter name canary drop"));
    EXPECT_TRUE(has_line(compiled(FirewallMode::published), "canary_fwd_outside",
                         "ct state untracked counter name canary drop"));
}

}  // namespace
}  // namespace portcullis::firewall
