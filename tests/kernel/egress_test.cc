// Egress stays open: on any port, for the host and its containers, whatever happens to the wall.
#include "tests/kernel/support/client.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace portcullis::test {
namespace {

const Ports kInternet{.tcp = {25, 443, 8080}, .udp = {53, 5353}};

void expect_all_egress(const Topology& world) {
    for (const NetNamespace* machine : {&world.node, &world.container}) {
        for (const IpAddress& address : {world.outside4, world.outside6}) {
            for (const std::uint16_t port : kInternet.tcp) {
                EXPECT_TRUE(tcp_answers(*machine, {address, port})) << address.text() << port;
            }
            for (const std::uint16_t port : kInternet.udp) {
                EXPECT_TRUE(udp_answers(*machine, {address, port})) << address.text() << port;
            }
            EXPECT_TRUE(ping_answers(*machine, address)) << address.text();
        }
    }
}

// A macvlan's answers are told by what they look like, so of UDP only some ports' pass.
void expect_macvlan_egress(const Topology& world) {
    for (const IpAddress& address : {world.outside4, world.outside6}) {
        for (const std::uint16_t port : kInternet.tcp) {
            EXPECT_TRUE(tcp_answers(world.macvlan, {address, port})) << address.text() << port;
        }
        EXPECT_TRUE(udp_answers(world.macvlan, {address, 53})) << address.text();
        EXPECT_TRUE(ping_answers(world.macvlan, address)) << address.text();
    }
}

TEST(Egress, OfHostBridgeAndMacvlanContainersPasses) {
    for (const FirewallMode mode :
         {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        const Topology world;
        const Services internet{world.outside, kInternet};
        Wall wall{world.node};
        FirewallConfig policy = usual_policy();
        policy.mode = mode;
        wall.put(policy);
        expect_all_egress(world);
        expect_macvlan_egress(world);
    }
}

TEST(Egress, BetweenPeersAndThroughTheHostsOwnAddressesPasses) {
    const Topology world;
    const Services peer{world.peer, {.tcp = {2377, 8080}, .udp = {7946}}};
    const Services host{world.node, {.tcp = {5432}}};
    const Services container{world.container, {.tcp = {80}}};
    Wall wall{world.node};
    wall.put(usual_policy());
    for (const IpAddress& address : {world.peer4, world.peer6}) {
        EXPECT_TRUE(tcp_answers(world.node, {address, 8080}));
        EXPECT_TRUE(udp_answers(world.node, {address, 7946}));
        EXPECT_TRUE(tcp_answers(world.container, {address, 2377}));
    }
    EXPECT_TRUE(tcp_answers(world.node, {IpAddress::parse("127.0.0.1").value(), 5432}));
    EXPECT_TRUE(tcp_answers(world.node, {world.node4, 5432})) << "to itself";
    EXPECT_TRUE(tcp_answers(world.node, {world.node4, 8081})) << "to what it publishes";
    EXPECT_TRUE(tcp_answers(world.container, {world.node4, 5432})) << "from a container";
}

// At each moment of all this some program is being replaced.
TEST(Egress, PassesWhileTheWallIsReplaced) {
    const Topology world;
    const Services internet{world.outside, kInternet};
    Wall wall{world.node};
    const firewall::Program program = wall.compiled(usual_policy());
    wall.put(program);
    std::atomic<bool> over{false};
    std::atomic<int> replaced{0};
    std::thread replacing{[&] {
        while (!over) {
            wall.put(program);
            ++replaced;
        }
    }};
    while (replaced < 20) {
        expect_all_egress(world);
        expect_macvlan_egress(world);
    }
    over = true;
    replacing.join();
}

}  // namespace
}  // namespace portcullis::test
