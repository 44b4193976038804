// A container serves 443, by a port that Docker publishes: the same promises, kept with SYN cookies
// in the container's place. Only the excess of SYNs gets them; here that is nearly every one.
#include "tests/kernel/support/client.h"
#include "tests/kernel/support/flood.h"
#include "tests/kernel/support/scan.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr std::size_t kSyns = 40'000;
constexpr int kClients = 40;

class PublishedPort : public testing::Test {
  protected:
    PublishedPort() {
        for (const char* program : {"iptables", "ip6tables"}) {
            const bool v4 = program == std::string_view{"iptables"};
            const std::string to = v4 ? "172.19.0.2:443" : "[fd00:19::2]:443";
            world_.node.must({program, "-t", "nat", "-A", "DOCKER", "!", "-i", kBridge, "-p", "tcp",
                              "--dport", "443", "-j", "DNAT", "--to-destination", to});
            world_.node.must({program, "-A", "DOCKER", "-d", v4 ? "172.19.0.2" : "fd00:19::2", "!",
                              "-i", kBridge, "-o", kBridge, "-p", "tcp", "--dport", "443", "-j",
                              "ACCEPT"});
        }
        // As the agent does: an ACK that belongs to nothing must not become a connection.
        world_.node.set("net/netfilter/nf_conntrack_tcp_loose", "0");
    }

    void put(std::size_t tracked_syns) {
        FirewallConfig policy = usual_policy();
        policy.mode = FirewallMode::published;
        policy.limits.tracked_syns = tracked_syns;
        wall_.put(policy);
    }

    Topology world_;
    Wall wall_{world_.node};
};

TEST_F(PublishedPort, IsReachedAndNothingElseIs) {
    const Services container{world_.container, {.tcp = {443}}};
    const Seen seen{world_.node, "eth*"};
    put(100'000);
    Wire wire{world_.outside, "eth0"};
    wire.send(scan_of(world_.outside4, world_.node4), kNodeMac);
    wire.send(scan_of(world_.outside6, world_.node6), kNodeMac);
    EXPECT_EQ(seen.arrived(), 4 * kPortsMax);
    EXPECT_EQ(seen.input(), PortsSeen{});
    EXPECT_EQ(seen.forwarded(), (PortsSeen{.tcp4 = {443}, .udp4 = {}, .tcp6 = {443}, .udp6 = {}}));
    for (const IpAddress& node : {world_.node4, world_.node6}) {
        EXPECT_TRUE(tcp_answers(world_.outside, {node, 443}));
    }
}

TEST_F(PublishedPort, ServesWhoeverSpeaksFirstUnderAFlood) {
    for (const bool server_first : {false, true}) {
        Ports ports;
        (server_first ? ports.tcp_greeting : ports.tcp) = {443};
        const Services container{world_.container, ports};
        put(1);
        Fire fire{world_.outside, "eth0", syns_of_strangers(kSyns, world_.node4, 2), kNodeMac};
        ASSERT_TRUE(eventually([&] { return wall_.taken()["a_synproxy"] > 1'000; }));
        int served = 0;
        for (int i = 0; i < kClients; ++i) {
            Connection client{world_.outside, {world_.node4, 443}};
            served += (server_first ? client.greets() : client.echoes("first")) ? 1 : 0;
        }
        EXPECT_EQ(served, kClients)
            << (server_first ? "the server speaks first" : "the client does");
        const int tracked =
            std::stoi(world_.node.must({"cat", "/proc/sys/net/netfilter/nf_conntrack_count"}));
        EXPECT_LT(tracked, 1'000) << "the flood made state";
    }
}

TEST_F(PublishedPort, OfIpv6IsServedByCookiesToo) {
    const Services container{world_.container, {.tcp_greeting = {443}}};
    put(1);
    for (int i = 0; i < kClients; ++i) {
        Connection client{world_.outside, {world_.node6, 443}};
        ASSERT_TRUE(client.greets()) << i;
    }
    EXPECT_GT(wall_.taken()["a_synproxy"], 0U);
}

}  // namespace
}  // namespace portcullis::test
