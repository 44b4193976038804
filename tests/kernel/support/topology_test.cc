// Without a wall everything is open: the control of every claim in this folder.
#include "tests/kernel/support/topology.h"

#include "tests/kernel/support/client.h"
#include "tests/kernel/support/scan.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Topology, LetsOutsideReachTheHostWhatDockerPublishesAndTheRoutingMesh) {
    const Topology world;
    const Services host{world.node, {.tcp = {22, 443}, .udp = {53}}};
    const Services container{world.container, {.tcp = {80}, .udp = {80}}};
    const Services ingress{world.ingress, {.tcp = {8082}}};
    for (const IpAddress& node : {world.node4, world.node6}) {
        EXPECT_TRUE(tcp_answers(world.outside, {node, 443}));
        EXPECT_TRUE(tcp_answers(world.outside, {node, 22}));
        EXPECT_TRUE(udp_answers(world.outside, {node, 53}));
        EXPECT_TRUE(tcp_answers(world.outside, {node, 8081}));
        EXPECT_TRUE(udp_answers(world.outside, {node, 8081}));
        EXPECT_TRUE(ping_answers(world.outside, node));
    }
    EXPECT_TRUE(tcp_answers(world.outside, {world.node4, 8082}));
    EXPECT_TRUE(tcp_answers(world.outside, {world.container4, 80}));
    EXPECT_TRUE(udp_answers(world.outside, {world.container6, 80}));
}

TEST(Topology, LetsEverybodyReachOutsideAndThePeer) {
    const Topology world;
    const Services outside{world.outside, {.tcp = {8080}, .udp = {5353}}};
    const Services peer{world.peer, {.tcp = {2377}}};
    for (const NetNamespace* machine : {&world.node, &world.container, &world.macvlan}) {
        for (const IpAddress& address : {world.outside4, world.outside6}) {
            EXPECT_TRUE(tcp_answers(*machine, {address, 8080}));
            EXPECT_TRUE(udp_answers(*machine, {address, 5353}));
            EXPECT_TRUE(ping_answers(*machine, address));
        }
    }
    EXPECT_TRUE(tcp_answers(world.node, {world.peer4, 2377}));
    EXPECT_TRUE(tcp_answers(world.node, {world.peer6, 2377}));
    const Services node{world.node, {.tcp = {2377}}};
    EXPECT_TRUE(tcp_answers(world.peer, {world.node_private4, 2377}));
    EXPECT_TRUE(tcp_answers(world.peer, {world.node_private6, 2377}));
}

TEST(Topology, LetsAScanReachEveryPort) {
    const Topology world;
    const Seen seen{world.node, "eth*"};
    const Seen macvlan{world.macvlan, "eth*"};
    Wire wire{world.outside, "eth0"};
    wire.send(scan_of(world.outside4, world.node4), kNodeMac);
    EXPECT_EQ(seen.arrived(), 2 * kPortsMax);
    PortsSeen input = seen.input();
    PortsSeen forwarded = seen.forwarded();
    EXPECT_EQ(input.tcp4.size(), kPortsMax - 2);  // 8081 and 8082 are forwarded
    EXPECT_EQ(input.udp4.size(), kPortsMax - 1);
    EXPECT_EQ(forwarded.tcp4, (PortSet{80, 8082}));
    EXPECT_EQ(forwarded.udp4, (PortSet{80}));
    wire.send(scan_of(world.outside6, world.macvlan6), kMacvlanMac);
    EXPECT_EQ(macvlan.input().tcp6.size(), kPortsMax);
    EXPECT_EQ(macvlan.input().udp6.size(), kPortsMax);
}

}  // namespace
}  // namespace portcullis::test
