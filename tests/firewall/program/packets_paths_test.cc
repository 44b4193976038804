#include "firewall/program/packets.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::firewall {
namespace {

using namespace test;

TEST(Paths, EveryFlagCombinationIsTried) {
    const FirewallConfig policy = everything(FirewallMode::edge);
    const Facts facts = everything_facts();
    const Program program = compile(policy, facts);
    const Expectation expectation{policy, facts};
    const PacketClasses classes{program, policy, facts, expectation};
    std::set<std::uint64_t> flags;
    std::set<bool> forged;
    classes.each([&](const Packet& packet) {
        if (packet.path == Path::input && packet.has(Field::tcp_flags)) {
            flags.insert(packet.get(Field::tcp_flags).number());
            forged.insert(packet.is(Field::fib_saddr_iif_oif, 0));
        }
        return true;
    });
    EXPECT_EQ(flags.size(), 64U);
    EXPECT_EQ(forged.size(), 2U);
}

}  // namespace
}  // namespace portcullis::firewall
