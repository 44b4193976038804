// A wall is replaced in one moment: under fire, not one packet meets none, and not one that may
// pass is lost.
#include "tests/kernel/support/flood.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr std::uint32_t kPrefixes = 100'000;

// Apart from each other, and from every address of the test: 64.0.0.0/31, 64.0.0.4/31, ...
std::vector<Cidr> feed() {
    std::vector<Cidr> prefixes;
    for (std::uint32_t i = 0; i < kPrefixes; ++i) {
        prefixes.push_back({IpAddress::v4(0x40000000U + 4 * i), 31});
    }
    return prefixes;
}

// Segments that 443 takes without asking the limiter, and SYNs to a port that is closed.
std::vector<Octets> fire_from(const Topology& world) {
    std::vector<Octets> packets;
    for (std::uint16_t i = 0; i < 100; ++i) {
        const auto port = static_cast<std::uint16_t>(40'000 + i);
        packets.push_back(
            bytes_of(packet(world.outside4, world.node4, Tcp{.source = port, .flags = kAck})));
        packets.push_back(
            bytes_of(packet(world.outside6, world.node6, Tcp{.source = port, .flags = kAck})));
        packets.push_back(
            bytes_of(packet(world.outside4, world.node4, Tcp{.source = port, .target = 8'081})));
        packets.push_back(
            bytes_of(packet(world.outside6, world.node6, Tcp{.source = port, .target = 22})));
    }
    return packets;
}

TEST(Replace, UnderFireLeaksNothingAndLosesNothing) {
    const Topology world;
    Wall wall{world.node};
    const firewall::Program small = wall.compiled(usual_policy());
    firewall::Facts facts = wall.facts();
    facts.feed = feed();
    const firewall::Program large = firewall::compile(usual_policy(), facts);
    wall.put(small);
    const Seen seen{world.node, "eth0"};
    const std::vector<Octets> packets = fire_from(world);
    Fire fire{world.outside, "eth0", packets, kNodeMac};
    ASSERT_TRUE(eventually([&] { return fire.rounds() > 0; }));
    for (int i = 0; i < 3; ++i) {
        const std::uint64_t rounds = fire.rounds();
        wall.put(large);
        wall.put(small);
        EXPECT_GT(fire.rounds(), rounds) << "there was no fire";
    }
    const std::uint64_t rounds = fire.cease();
    EXPECT_EQ(seen.arrived(), rounds * packets.size());
    EXPECT_EQ(seen.delivered(), rounds * packets.size() / 2);
    EXPECT_EQ(seen.input(), (PortsSeen{.tcp4 = {443}, .udp4 = {}, .tcp6 = {443}, .udp6 = {}}));
    EXPECT_EQ(seen.forwarded(), PortsSeen{});
}

// The control: in two steps there is a moment between them.
TEST(Replace, InTwoStepsWouldLeak) {
    const Topology world;
    Wall wall{world.node};
    const firewall::Program program = wall.compiled(usual_policy());
    wall.put(program);
    const Seen seen{world.node, "eth0"};
    const Fire fire{world.outside, "eth0", fire_from(world), kNodeMac};
    EXPECT_TRUE(eventually([&] {
        wall.take_away();
        wall.put(program);
        return !seen.input().tcp6.empty() && seen.input().tcp6.contains(22);
    }));
}

}  // namespace
}  // namespace portcullis::test
