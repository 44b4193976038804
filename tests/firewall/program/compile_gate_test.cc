#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Gate, DropsWhatNobodyAccepts) {
    const Program program = compiled(FirewallMode::edge);
    const Chain* gate = find_chain(program.tables[0], "gate");
    ASSERT_NE(gate, nullptr);
    EXPECT_EQ(gate->base,
              (Base{.hook = Hook::prerouting, .priority = -150, .policy = Policy::drop}));
    EXPECT_EQ(lines(program, "outside").back(), "counter name d_port drop");
    EXPECT_EQ(lines(program, "groups").back(), "counter name d_group drop");
}

TEST(Gate, NothingButAnswersIsAcceptedBeforeTheTargetIsThisMachine) {
    for (const FirewallMode mode :
         {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        const auto all = lines(everything_in(mode), "outside");
        EXPECT_EQ(all.at(0),
                  "ct direction reply ct state established,related counter name a_reply accept");
        EXPECT_EQ(all.at(1), "fib daddr type { broadcast, multicast } goto groups");
        EXPECT_TRUE(all.at(2).starts_with("fib daddr type != local counter name d_routed drop"));
    }
}

TEST(Gate, EachModeServesInItsOwnWay) {
    const Program edge = compiled(FirewallMode::edge);
    EXPECT_TRUE(has_line(edge, "outside", "tcp dport 443 ct state untracked accept"));
    const Program published = compiled(FirewallMode::published);
    EXPECT_TRUE(has_line(published, "outside", "tcp dport 443 ct state established,new accept"));
    EXPECT_TRUE(has_line(published, "outside",
                         "tcp dport 443 ct state untracked tcp flags & (fin|syn|rst|ack) == syn "
                         "accept comment \"to synproxy\""));
    for (const std::string& line : lines(compiled(FirewallMode::closed), "outside")) {
        EXPECT_EQ(line.find("443"), std::string::npos) << line;
    }
}

TEST(Gate, WithoutAListNobodyManages) {
    for (const std::string& line : lines(compiled(FirewallMode::edge), "outside")) {
        EXPECT_EQ(line.find("dport 22"), std::string::npos) << line;
    }
    EXPECT_TRUE(has_line(everything_in(FirewallMode::edge), "outside",
                         "ip saddr @mgmt4 tcp dport 2222 ct state established,new counter name "
                         "a_mgmt accept"));
}

TEST(Gate, EncryptedVxlanComesOutOfIpsec) {
    EXPECT_TRUE(has_line(everything_in(FirewallMode::edge), "cluster",
                         "udp dport 7789 meta ipsec exists counter name a_cluster accept"));
    EXPECT_TRUE(has_line(compiled(FirewallMode::edge), "cluster",
                         "udp dport 4789 counter name a_cluster accept"));
}

}  // namespace
}  // namespace portcullis::firewall
