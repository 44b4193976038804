#include "firewall/program/packets.h"

#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace portcullis::firewall {
namespace {

using namespace test;

struct World {
    FirewallConfig policy = everything(FirewallMode::edge);
    Facts facts = everything_facts();
    Program program = compile(policy, facts);
    Expectation expectation{policy, facts};
    PacketClasses classes{program, policy, facts, expectation};
};

TEST(PacketClasses, CoverEveryPathAndBothFamilies) {
    const World world;
    std::set<Path> paths;
    std::size_t four = 0;
    std::size_t six = 0;
    std::set<std::uint64_t> ports;
    EXPECT_TRUE(world.classes.each([&](const Packet& packet) {
        paths.insert(packet.path);
        ++(packet.has(Field::ip_saddr) ? four : six);
        if (packet.has(Field::tcp_dport)) {
            ports.insert(packet.get(Field::tcp_dport).number());
        }
        return true;
    }));
    EXPECT_EQ(paths.size(), 6U);
    EXPECT_GT(four, 10'000U);
    EXPECT_GT(six, 10'000U);
    for (const std::uint64_t port : {443, 2222, 2377, 7946}) {
        EXPECT_TRUE(ports.contains(port)) << port;
    }
}

TEST(PacketClasses, EndWhenToldTo) {
    const World world;
    int seen = 0;
    EXPECT_FALSE(world.classes.each([&](const Packet&) { return ++seen < 10; }));
    EXPECT_EQ(seen, 10);
}

TEST(PacketClasses, RenamedUplinksAndImpostorsAreOutside) {
    const World world;
    const auto has = [&](std::uint32_t index, std::string_view name) {
        return std::any_of(world.classes.outside().begin(), world.classes.outside().end(),
                           [&](const Link& one) { return one.index == index && one.name == name; });
    };
    EXPECT_TRUE(has(2, "eth0"));
    EXPECT_TRUE(has(2, "docker0"));
    EXPECT_TRUE(has(2, "br-0123456789ab"));
    EXPECT_TRUE(has(4'242, "docker0"));
    EXPECT_TRUE(has(4'242, "eth42"));
}

TEST(PacketClasses, OrdinaryOnesAreThoseThatMustPass) {
    const World world;
    const auto packets = world.classes.ordinary(world.classes.outside().front());
    EXPECT_GT(packets.size(), 40U);
    for (const Packet& packet : packets) {
        EXPECT_EQ(world.expectation.due(packet), Due::pass) << describe(packet);
    }
}

}  // namespace
}  // namespace portcullis::firewall
