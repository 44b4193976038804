// A real swarm behind the wall: nothing that Docker publishes, in whichever way, is reached from
// outside; everything that the swarm does among its nodes works on. One swarm serves all cases;
// they run in the order they stand here, from the open swarm to the walled one.
#include "tests/swarm/support/swarm.h"

#include "tests/kernel/support/client.h"
#include "tests/kernel/support/flood.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace portcullis::test {
namespace {

constexpr Mac kOneMac{2, 0, 0, 0, 0, 0x11};
constexpr std::uint16_t kPublished[] = {18'080, 18'081, 18'082, 18'083, 18'084};
constexpr std::uint16_t kSwarm[] = {2'377, 7'946};
constexpr std::uint16_t kOfTheSwarm[] = {443, 2'377, 7'946, 4'789};

IpAddress address(const std::string& text) {
    return IpAddress::parse(text).value();
}

const IpAddress kOutside = address("11.22.33.1");
const IpAddress kOutside6 = address("2a00:77::1");
const IpAddress kOne = address("11.22.33.11");
const IpAddress kOne6 = address("2a00:77::11");

FirewallConfig policy() {
    FirewallConfig policy;
    policy.cluster.peers = {Cidr::parse("11.22.33.11/32").value(),
                            Cidr::parse("11.22.33.12/32").value()};
    return policy;
}

class RealSwarm : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (::geteuid() != 0) {
            obstacle_ = "dockerd needs root";
            return;
        }
        swarm_ = std::make_unique<Swarm>();
        obstacle_ = swarm_->start();
    }

    static void TearDownTestSuite() { swarm_.reset(); }

    void SetUp() override {
        if (obstacle_.empty()) {
            return;
        }
        const char* ci = std::getenv("CI");
        if (ci != nullptr && std::string_view{ci} == "true") {
            FAIL() << obstacle_;
        }
        GTEST_SKIP() << obstacle_;
    }

    static void raise_walls() {
        for (const NetNamespace* network : {&swarm_->one_network, &swarm_->two_network}) {
            Wall{*network}.put(policy());
        }
    }

    // A datagram for port 9 of a task, in a frame of the overlay (VXLAN, RFC 7348): its networks
    // are numbered from 4096, the routing mesh's, on, and a task's Ethernet address is made of its
    // IP address.
    [[nodiscard]] static Packet injection(const IpAddress& task) {
        constexpr std::uint8_t kNetwork[] = {8, 0, 0, 0, 0, 0x10, 0x01, 0};
        const auto& bytes = task.bytes();
        Octets payload{std::begin(kNetwork), std::end(kNetwork)};
        payload.insert(payload.end(), {2, 0x42, bytes[12], bytes[13], bytes[14], bytes[15]});
        payload.insert(payload.end(), {2, 0, 0, 0, 0, 0xfa, 8, 0});
        const Octets inner = bytes_of(packet(address("10.10.0.250"), task, Udp{.target = 9}));
        payload.insert(payload.end(), inner.begin(), inner.end());
        return packet(kOutside, kOne, Udp{.target = 4'789, .payload = payload});
    }

    static std::unique_ptr<Swarm> swarm_;
    static std::string obstacle_;
};

std::unique_ptr<Swarm> RealSwarm::swarm_;
std::string RealSwarm::obstacle_;

TEST_F(RealSwarm, WithoutTheWallIsOpenInEveryWay) {
    const Services mesh{swarm_->one.network_of("ingress_sbox"), {.tcp = {18'082}}};
    for (const std::uint16_t port : kPublished) {
        EXPECT_TRUE(eventually([&] {
            return tcp_answers(swarm_->outside, {kOne, port}, 1s);
        })) << port;
        if (port != 18'082) {
            EXPECT_TRUE(tcp_answers(swarm_->outside, {kOne6, port})) << port;
        }
    }
    for (const std::uint16_t port : kSwarm) {
        EXPECT_TRUE((Connection{swarm_->outside, {kOne, port}}.open())) << port;
    }
    const NetNamespace task_network = swarm_->task_network(swarm_->one);
    const Seen task{task_network, "eth*"};
    Wire{swarm_->outside, "link0"}.send(injection(address(swarm_->task_address(swarm_->one))),
                                        kOneMac);
    EXPECT_TRUE(task.input().udp4.contains(9)) << "not even an open overlay takes this injection";
}

TEST_F(RealSwarm, BehindTheWallIsReachedByNothing) {
    raise_walls();
    const Services mesh{swarm_->one.network_of("ingress_sbox"), {.tcp = {18'082}}};
    const NetNamespace task_network = swarm_->task_network(swarm_->one);
    const Seen task{task_network, "eth*"};
    const Seen node{swarm_->one_network, "eth0"};
    const Seen outside{swarm_->outside, "link0"};
    std::vector<Octets> packets;
    for (const auto& [from, to] : {std::pair{kOutside, kOne}, {kOutside6, kOne6}}) {
        for (std::uint16_t port = 18'080; port <= 18'090; ++port) {
            packets.push_back(bytes_of(packet(from, to, Tcp{.target = port})));
            packets.push_back(bytes_of(packet(from, to, Udp{.target = port})));
        }
        for (const std::uint16_t port : kOfTheSwarm) {
            packets.push_back(bytes_of(packet(from, to, Tcp{.target = port})));
            packets.push_back(bytes_of(packet(from, to, Udp{.target = port})));
        }
    }
    const std::uint64_t before = node.arrived();
    Wire wire{swarm_->outside, "link0"};
    wire.send(packets, kOneMac);
    wire.send(injection(address(swarm_->task_address(swarm_->one))), kOneMac);
    EXPECT_GT(node.arrived(), before);
    EXPECT_EQ(outside.answers(), PortsSeen{});
    EXPECT_FALSE(Wall{swarm_->one_network}.taken().contains("canary"));
    EXPECT_EQ(Wall{swarm_->one_network}.taken().at("a_443"), 2U)
        << "443 is open, and has no listener";
    EXPECT_FALSE(task.input().udp4.contains(9)) << "the injection came through";
}

TEST_F(RealSwarm, BehindTheWallWorksAmongItsNodesAndOutwards) {
    const Services internet{swarm_->outside, {.tcp = {8'080}, .udp = {5'353}}};
    const NetNamespace task = swarm_->task_network(swarm_->one);
    EXPECT_TRUE(tcp_answers(task, {address(swarm_->task_address(swarm_->two)), 8'080}))
        << "the overlay, from node to node";
    EXPECT_TRUE(tcp_answers(task, {kOutside, 8'080})) << "egress";
    EXPECT_TRUE(udp_answers(task, {kOutside, 5'353})) << "egress";
    EXPECT_TRUE(tcp_answers(swarm_->one_network, {kOutside, 8'080})) << "egress of the host";
    EXPECT_TRUE(tcp_answers(swarm_->one_network, {kOne, 18'084}))
        << "the host, to what it publishes";
    EXPECT_NE(swarm_->one.docker({"node", "ls", "--format", "{{.Status}}"}).find("Ready\nReady"),
              std::string::npos);
}

TEST_F(RealSwarm, IsNeverReachedWhileServicesComeAndGoAndDockerRestarts) {
    const Seen outside{swarm_->outside, "one"};
    const Seen node{swarm_->one_network, "eth0"};
    std::vector<Octets> packets;
    for (std::uint16_t port = 18'080; port <= 18'090; ++port) {
        packets.push_back(bytes_of(packet(kOutside, kOne, Tcp{.target = port})));
        packets.push_back(bytes_of(packet(kOutside6, kOne6, Tcp{.target = port})));
    }
    Fire fire{swarm_->outside, "link0", packets, kOneMac};
    for (int i = 0; i < 3; ++i) {
        const std::string container = swarm_->run_published(swarm_->one, "18085");
        EXPECT_TRUE(eventually([&] {
            return tcp_answers(swarm_->one_network, {kOne, 18'085}, 1s);
        }));
        swarm_->publish_service("passing", "18087");
        EXPECT_TRUE(eventually([&] {
            return tcp_answers(swarm_->one_network, {kOne, 18'087}, 1s);
        }));
        swarm_->one.docker({"rm", "--force", container});
        swarm_->one.docker({"service", "rm", "passing"});
        EXPECT_TRUE(eventually([&] {
            return !tcp_answers(swarm_->one_network, {kOne, 18'087}, 1s);
        }));
    }
    swarm_->one.restart_daemon();
    ASSERT_TRUE(swarm_->one.ready()) << swarm_->one.complaints();
    const std::string again = swarm_->run_published(swarm_->one, "18086");
    EXPECT_TRUE(eventually([&] { return tcp_answers(swarm_->one_network, {kOne, 18'086}, 1s); }));
    EXPECT_GT(fire.cease(), 0U);
    EXPECT_EQ(node.forwarded(), PortsSeen{});
    EXPECT_FALSE(Wall{swarm_->one_network}.taken().contains("canary"));
    const PortsSeen reached = node.input();
    for (std::uint16_t port = 18'080; port <= 18'090; ++port) {
        EXPECT_FALSE(reached.tcp4.contains(port) || reached.tcp6.contains(port)) << port;
    }
}

}  // namespace
}  // namespace portcullis::test
