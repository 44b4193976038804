// Whatever a node serves, and however it is published: outside is answered on 443 and nowhere else.
#include "tests/kernel/support/client.h"
#include "tests/kernel/support/scan.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

const PortsSeen kNothing{};
const PortsSeen k443{.tcp4 = {443}, .udp4 = {}, .tcp6 = {443}, .udp6 = {}};

// A busy node: services of the host, containers published by Docker's rules and by its proxy.
struct BusyNode {
    Topology world;
    Services host{world.node,
                  {.tcp = {22, 80, 443, 2377, 5432, 7946}, .udp = {53, 443, 4789, 7946}}};
    Services container{world.container, {.tcp = {80}, .udp = {80}}};
    Services ingress{world.ingress, {.tcp = {8082}}};
    Services macvlan_container{world.macvlan, {.tcp = {80, 443}, .udp = {53}}};
    Process proxy4 = docker_proxy("0.0.0.0", "172.19.0.2");
    Process proxy6 = docker_proxy("::", "fd00:19::2");
    Seen node{world.node, "eth*"};
    Seen macvlan{world.macvlan, "eth*"};
    Seen outside{world.outside, "eth*"};
    Wire wire{world.outside, "eth0"};
    Wall wall{world.node};

    Process docker_proxy(const std::string& address, const std::string& target) const {
        const Inside inside{world.node};
        // It reports to its parent on descriptor 3.
        return Process{{.argv = {"sh", "-c",
                                 "exec docker-proxy -proto tcp -host-ip " + address +
                                     " -host-port 8083 -container-ip " + target +
                                     " -container-port 80 3>/dev/null"}}};
    }

    void scan_node() {
        wire.send(scan_of(world.outside4, world.node4), kNodeMac);
        wire.send(scan_of(world.outside6, world.node6), kNodeMac);
        EXPECT_EQ(node.arrived(), 4 * kPortsMax);
    }
};

TEST(Ports, WithoutTheWallEverythingThatIsServedAnswers) {
    BusyNode busy;
    ASSERT_TRUE(eventually([&] {
        return tcp_answers(busy.world.outside, {busy.world.node4, 8083}, 1s) &&
               tcp_answers(busy.world.outside, {busy.world.node6, 8083}, 1s);
    }));
    busy.outside.forget();
    busy.node.forget();
    busy.scan_node();
    const PortsSeen want{.tcp4 = {22, 80, 443, 2377, 5432, 7946, 8081, 8082, 8083},
                         .udp4 = {53, 443, 4789, 7946, 8081},
                         .tcp6 = {22, 80, 443, 2377, 5432, 7946, 8081, 8083},
                         .udp6 = {53, 443, 4789, 7946, 8081}};
    EXPECT_EQ(busy.outside.answers(), want);
}

TEST(Ports, InModeEdgeOnly443IsReachedAndAnswers) {
    BusyNode busy;
    busy.wall.put(usual_policy());
    busy.scan_node();
    EXPECT_EQ(busy.node.input(), k443);
    EXPECT_EQ(busy.node.forwarded(), kNothing);
    EXPECT_EQ(busy.outside.answers(), k443);
    EXPECT_EQ(busy.wall.taken().count("canary"), 0U);
}

TEST(Ports, WithHttp3Port443IsOpenForDatagramsToo) {
    BusyNode busy;
    FirewallConfig policy = usual_policy();
    policy.http3 = Switch::on;
    busy.wall.put(policy);
    busy.scan_node();
    const PortsSeen want{.tcp4 = {443}, .udp4 = {443}, .tcp6 = {443}, .udp6 = {443}};
    EXPECT_EQ(busy.node.input(), want);
    EXPECT_EQ(busy.node.forwarded(), kNothing);
    EXPECT_EQ(busy.outside.answers(), want);
}

TEST(Ports, InModeClosedNothingIsReached) {
    BusyNode busy;
    FirewallConfig policy = usual_policy();
    policy.mode = FirewallMode::closed;
    busy.wall.put(policy);
    busy.scan_node();
    EXPECT_EQ(busy.node.input(), kNothing);
    EXPECT_EQ(busy.node.forwarded(), kNothing);
    EXPECT_EQ(busy.outside.answers(), kNothing);
}

// A neighbour on the link may route to a container's address by way of the node.
TEST(Ports, NoContainerIsReachedByItsOwnAddress) {
    BusyNode busy;
    const std::vector<Octets> scan4 = scan_of(busy.world.outside4, busy.world.container4);
    const std::vector<Octets> scan6 = scan_of(busy.world.outside6, busy.world.container6);
    busy.wire.send(scan4, kNodeMac);
    busy.wire.send(scan6, kNodeMac);
    EXPECT_EQ(busy.outside.answers(), (PortsSeen{{80}, {80}, {80}, {80}})) << "the control";
    busy.outside.forget();
    busy.node.forget();
    busy.wall.put(usual_policy());
    busy.wire.send(scan4, kNodeMac);
    busy.wire.send(scan6, kNodeMac);
    // Most end in front of the IP layer, where ipvlan would take them.
    EXPECT_EQ(busy.node.arrived() + busy.wall.taken()["d_ipvlan"], 4 * kPortsMax);
    EXPECT_EQ(busy.node.forwarded(), kNothing);
    EXPECT_EQ(busy.outside.answers(), kNothing);
}

// A macvlan takes its frames before the IP layer of the host sees them.
TEST(Ports, NoMacvlanContainerIsReached) {
    BusyNode busy;
    const std::vector<Octets> scan4 = scan_of(busy.world.outside4, busy.world.macvlan4);
    const std::vector<Octets> scan6 = scan_of(busy.world.outside6, busy.world.macvlan6);
    busy.wire.send(scan4, kMacvlanMac);
    busy.wire.send(scan6, kMacvlanMac);
    EXPECT_EQ(busy.outside.answers(), (PortsSeen{{80, 443}, {53}, {80, 443}, {53}}))
        << "the control";
    EXPECT_EQ(busy.macvlan.arrived(), 4 * kPortsMax);
    busy.outside.forget();
    busy.macvlan.forget();
    busy.wall.put(usual_policy());
    busy.wire.send(scan4, kMacvlanMac);
    busy.wire.send(scan6, kMacvlanMac);
    EXPECT_EQ(busy.macvlan.arrived(), 0U);
    EXPECT_EQ(busy.outside.answers(), kNothing);
    EXPECT_EQ(busy.wall.taken()["d_macvlan"], 4 * kPortsMax);
}

}  // namespace
}  // namespace portcullis::test
