#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Raw, OnlyEdgeTakes443OutOfConnectionTrackingAndBothWays) {
    const Program edge = everything_in(FirewallMode::edge);
    EXPECT_EQ(lines(edge, "serve_tcp").back(), "counter name a_443 notrack accept");
    EXPECT_EQ(lines(edge, "serve_udp").back(), "counter name a_443 notrack accept");
    EXPECT_TRUE(has_line(edge, "raw_out_outside", "tcp sport 443 notrack accept"));
    EXPECT_TRUE(has_line(edge, "raw_out_outside", "udp sport 443 notrack accept"));
    const Program published = everything_in(FirewallMode::published);
    EXPECT_EQ(lines(published, "serve_tcp").back(), "counter name a_443 accept");
    EXPECT_EQ(lines(published, "serve_udp").back(), "counter name a_443 accept");
    EXPECT_FALSE(has_line(published, "raw_out_outside", "tcp sport 443 notrack accept"));
    EXPECT_FALSE(has_line(published, "raw_out_outside", "udp sport 443 notrack accept"));
}

TEST(Raw, ServesOnlyWhatIsForThisMachine) {
    EXPECT_TRUE(has_line(compiled(FirewallMode::edge), "raw_outside",
                         "tcp dport 443 fib daddr type local goto serve_tcp"));
}

TEST(Raw, Http3IsOffByDefault) {
    for (const FirewallMode mode : {FirewallMode::edge, FirewallMode::published}) {
        const Program program = compiled(mode);
        for (const Chain& chain : program.tables[0].chains) {
            for (const std::string& line : lines(program, chain.name)) {
                EXPECT_EQ(line.find("udp dport 443"), std::string::npos) << chain.name;
                EXPECT_EQ(line.find("udp sport 443"), std::string::npos) << chain.name;
            }
        }
    }
}

TEST(Raw, ASynToAnyOtherPortCostsNoState) {
    const auto ports = lines(everything_in(FirewallMode::edge), "syn_ports");
    EXPECT_EQ(ports.at(0), "ip saddr @cluster4 tcp dport { 2377, 7946 } return");
    EXPECT_EQ(ports.at(3), "ip6 saddr @mgmt6 tcp dport 2222 return");
    EXPECT_EQ(ports.back(), "counter name d_synport drop");
    EXPECT_EQ(lines(compiled(FirewallMode::closed), "raw_outside").back(),
              "tcp flags & (fin|syn|rst|ack) == syn jump syn_ports");
}

TEST(Raw, TheTwoRowsOfTheLimiterAddUpToTheLimit) {
    FirewallConfig policy;
    policy.limits.syns_per_client = 31;
    policy.limits.syn_burst = 50;
    Facts facts = machine();
    facts.seeds = {1, 2};
    EXPECT_EQ(
        lines(compile(policy, facts), "serve_syn").at(0),
        "meta nfproto ipv4 "
        "update @r1 { jhash ip saddr mod 65536 seed 0x00000001 limit rate over 16/second burst "
        "25 packets } "
        "update @r2 { jhash ip saddr mod 65536 seed 0x00000002 limit rate over 16/second burst "
        "25 packets } "
        "counter name d_synrate drop");
}

TEST(Raw, VxlanIsUntrackedBetweenPeersOnlyAndOnTheirPort) {
    const Program program = everything_in(FirewallMode::closed);
    EXPECT_TRUE(
        has_line(program, "raw_outside", "ip saddr @cluster4 udp dport 7789 notrack accept"));
    EXPECT_TRUE(
        has_line(program, "raw_out_outside", "ip daddr @cluster4 udp dport 7789 notrack accept"));
}

TEST(Raw, AnswersToContainersStayTracked) {
    const auto out = lines(compiled(FirewallMode::edge), "raw_out");
    EXPECT_EQ(out.at(2), "oifname @inside accept");
    EXPECT_EQ(out.at(3), "oifname \"br-*\" accept");
}

}  // namespace
}  // namespace portcullis::firewall
