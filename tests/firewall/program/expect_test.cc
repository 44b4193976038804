#include "firewall/program/expect.h"

#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

Bytes address(const char* text) {
    return address_bytes(IpAddress::parse(text).value());
}

// A new connection over IPv4 to this machine, from outside.
Packet syn(const char* source, std::uint64_t port) {
    Packet packet;
    packet.set(Field::iif, 2).set(Field::iifname, Bytes::name("eth0"));
    packet.set(Field::ip_saddr, address(source)).set(Field::ip_daddr, address("192.88.99.1"));
    packet.set(Field::l4proto, kTcp).set(Field::tcp_sport, 40000).set(Field::tcp_dport, port);
    packet.set(Field::tcp_flags, kSyn).set(Field::fib_daddr_type, kRtnLocal);
    packet.set(Field::ct_state, kCtNew).set(Field::ct_direction, kCtOriginal);
    return packet;
}

TEST(Expectation, FollowsThePolicyAlone) {
    const FirewallConfig policy = everything(FirewallMode::edge);
    const Facts facts = everything_facts();
    const Expectation expectation{policy, facts};
    EXPECT_EQ(expectation.due(syn("8.8.8.8", 443)), Due::pass);
    EXPECT_EQ(expectation.due(syn("8.8.8.8", 80)), Due::end);
    EXPECT_EQ(expectation.due(syn("8.8.8.8", 2377)), Due::end);
    EXPECT_EQ(expectation.due(syn("10.8.0.77", 2377)), Due::pass);
    EXPECT_EQ(expectation.due(syn("10.9.0.77", 2222)), Due::pass);
    EXPECT_EQ(expectation.due(syn("10.9.1.0", 2222)), Due::end) << "a bogon, and no manager";
    EXPECT_EQ(expectation.due(syn("7.8.9.9", 443)), Due::end) << "banned";
    EXPECT_EQ(expectation.due(syn("6.1.2.3", 443)), Due::end) << "in the feed";
    Packet forwarded = syn("8.8.8.8", 443).set(Field::fib_daddr_type, kRtnUnicast);
    EXPECT_EQ(expectation.due(forwarded), Due::end);
}

TEST(Expectation, KnowsInsideByIndexThenByNameAndKind) {
    const FirewallConfig policy;
    const Facts facts = machine();
    const Expectation expectation{policy, facts};
    EXPECT_TRUE(expectation.inside(1, "lo", ""));
    EXPECT_TRUE(expectation.inside(5, "docker0", "bridge"));
    EXPECT_TRUE(expectation.inside(77, "br-0123", "bridge"));
    EXPECT_FALSE(expectation.inside(77, "br-0123", ""));
    EXPECT_FALSE(expectation.inside(77, "docker0", "macvlan"));
    EXPECT_FALSE(expectation.inside(2, "docker0", "bridge")) << "eth0, renamed";
    EXPECT_FALSE(expectation.inside(77, "eth7", ""));
}

TEST(Expectation, TwelveFlagCombinationsAreLegal) {
    const FirewallConfig policy;
    const Facts facts = machine();
    const Expectation expectation{policy, facts};
    int legal = 0;
    for (std::uint64_t flags = 0; flags < 64; ++flags) {
        legal +=
            expectation.due(syn("8.8.8.8", 443).set(Field::tcp_flags, flags)) == Due::pass ? 1 : 0;
    }
    EXPECT_EQ(legal, 12);
}

}  // namespace
}  // namespace portcullis::firewall
