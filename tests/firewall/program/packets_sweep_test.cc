#include "firewall/program/packets.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Sweep, AsksAboutEveryKindOfSource) {
    const FirewallConfig policy = everything(FirewallMode::edge);
    const Facts facts = everything_facts();
    const Program program = compile(policy, facts);
    const Expectation expectation{policy, facts};
    const PacketClasses classes{program, policy, facts, expectation};
    std::set<bool> peers;
    std::set<bool> managers;
    std::set<bool> banned;
    classes.each([&](const Packet& packet) {
        if (packet.path == Path::input && packet.has(Field::ip_saddr)) {
            peers.insert(expectation.peer(packet.get(Field::ip_saddr)));
            managers.insert(expectation.manager(packet.get(Field::ip_saddr)));
            banned.insert(expectation.banned(packet.get(Field::ip_saddr)));
        }
        return true;
    });
    EXPECT_EQ(peers.size(), 2U);
    EXPECT_EQ(managers.size(), 2U);
    EXPECT_EQ(banned.size(), 2U);
}

}  // namespace
}  // namespace portcullis::firewall
