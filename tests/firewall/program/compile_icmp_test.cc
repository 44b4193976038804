#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Icmp, DiscoveryIsOfTheLinkOnly) {
    for (const std::string& line : lines(compiled(FirewallMode::edge), "discovery")) {
        EXPECT_TRUE(line.find("ip6 hoplimit 255") != std::string::npos ||
                    line.find("ip6 hoplimit 1 ") != std::string::npos)
            << line;
    }
}

TEST(Icmp, AllButErrorsAndEchoesIsDropped) {
    const auto all = lines(compiled(FirewallMode::edge), "icmps");
    EXPECT_EQ(all.at(0), "meta l4proto ipv6-icmp jump discovery");
    EXPECT_EQ(all.back(), "counter name d_icmp drop");
}

TEST(Icmp, RatesAreThoseOfThePolicy) {
    FirewallConfig policy;
    policy.limits.echo_requests = 7;
    policy.limits.icmp_errors = 11;
    const Program program = compile(policy, machine());
    EXPECT_TRUE(has_line(program, "icmps",
                         "icmp type echo-request limit rate 7/second burst 14 packets accept"));
    EXPECT_TRUE(has_line(program, "icmps",
                         "icmp type { destination-unreachable, time-exceeded, parameter-problem } "
                         "limit rate 11/second burst 11 packets accept"));
}

}  // namespace
}  // namespace portcullis::firewall
