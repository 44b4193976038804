#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

std::vector<std::string> watched(const FirewallConfig& policy, const Facts& facts) {
    const Program program = compile(policy, facts);
    const Table* table = find_table(program, kLayer2Table);
    return table == nullptr ? std::vector<std::string>{} : table->chains.at(0).base->devices;
}

TEST(Layer2, WatchesEveryDeviceThatIsOutsideAndInNoBridge) {
    Facts facts = machine();
    facts.interfaces.push_back({.index = 8, .name = "br-vm", .kind = "bridge"});
    facts.interfaces.push_back({.index = 9, .name = "eth9", .master = 8});
    EXPECT_EQ(watched({}, facts), (std::vector<std::string>{"br-vm", "eth0", "eth1"}));
}

TEST(Layer2, OrTheParentsThatThePolicyNamesAndThatAreThere) {
    FirewallConfig policy;
    policy.macvlan_parents = {{"eth1"}, {"eth7"}};
    EXPECT_EQ(watched(policy, machine()), (std::vector<std::string>{"eth1"}));
    policy.macvlan_parents = {{"eth7"}};
    EXPECT_EQ(watched(policy, machine()), (std::vector<std::string>{}));
}

TEST(Layer2, LetsNoConnectionBegin) {
    const Program program = compiled(FirewallMode::edge);
    EXPECT_EQ(lines(program, "others").back(), "counter name d_macvlan drop");
    EXPECT_EQ(lines(program, "answers").at(0), "tcp flags & (syn|ack) != syn accept");
    EXPECT_TRUE(has_line(program, "ours",
                         "tcp flags & (syn|ack) == syn fib daddr type != { local, broadcast, "
                         "multicast } counter name d_ipvlan drop"));
}

TEST(Layer2, AnswersAreToldOnlyInFramesForOneOther) {
    EXPECT_TRUE(
        has_line(compiled(FirewallMode::edge), "others", "meta pkttype other jump answers"));
}

}  // namespace
}  // namespace portcullis::firewall
