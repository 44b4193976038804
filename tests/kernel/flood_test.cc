// SYN floods: honest clients are served, no state is made, and who floods alone is stopped even
// after a flood of strangers has been through the limiter.
#include "tests/kernel/support/flood.h"

#include "tests/kernel/support/client.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::test {
namespace {

constexpr std::size_t kSyns = 60'000;
constexpr int kClients = 100;  // within what one address may do at once

class Flood : public testing::Test {
  protected:
    void flood(std::size_t syns) {
        Wire{world_.outside, "eth0"}.send(syns_of_strangers(syns, world_.node4, 1), kNodeMac);
    }

    // Connections to 443 that the kernel remembers, one a line.
    [[nodiscard]] std::ptrdiff_t tracked() const {
        const std::string lines =
            world_.node.must({"conntrack", "-L", "--proto", "tcp", "--dport", "443"});
        return std::count(lines.begin(), lines.end(), '\n');
    }

    Topology world_;
    Services host_{world_.node, {.tcp = {443}}};
    Wall wall_{world_.node};
};

TEST_F(Flood, OfStrangersKeepsNoHonestClientOutAndMakesNoState) {
    wall_.put(usual_policy());
    Fire fire{world_.outside, "eth0", syns_of_strangers(kSyns, world_.node4, 1), kNodeMac};
    int served = 0;
    for (int i = 0; i < kClients; ++i) {
        served += tcp_answers(world_.outside, {world_.node4, 443}) ? 1 : 0;
    }
    EXPECT_EQ(served, kClients);
    EXPECT_EQ(tracked(), 0);
    fire.cease();
    EXPECT_EQ(tracked(), 0);
}

// The control of the claim above: a stateful gate remembers what it lets through.
TEST_F(Flood, WithAStatefulGateWouldFillTheConnectionTable) {
    firewall::Facts facts = wall_.facts();
    facts.listener_is_ours = false;
    facts.synproxy.available = false;
    wall_.put(firewall::compile(usual_policy(), facts));
    flood(kSyns);
    EXPECT_GT(tracked(), 10'000);
}

TEST_F(Flood, OfOneSourceIsStoppedEvenAfterOneOfStrangersAndNoStrangerIsTakenForIt) {
    wall_.put(usual_policy());
    flood(kSyns);
    EXPECT_EQ(wall_.taken().count("d_synrate"), 0U) << "false drops";
    const IpAddress source = IpAddress::parse("11.22.33.77").value();
    Wire{world_.outside, "eth0"}.send(syns_of(kSyns, source, world_.node4), kNodeMac);
    EXPECT_GE(wall_.taken()["d_synrate"], kSyns * 98 / 100);
    EXPECT_TRUE(tcp_answers(world_.outside, {world_.node4, 443})) << "another source";
}

TEST_F(Flood, OfManyAddressesOfOneIpv6NetworkIsOfOneSource) {
    wall_.put(usual_policy());
    std::vector<Octets> syns;
    for (std::size_t i = 0; i < kSyns; ++i) {
        std::array<std::uint8_t, 16> source{0x26, 0x20, 0, 0x99};
        source[14] = static_cast<std::uint8_t>(i >> 8U);
        source[15] = static_cast<std::uint8_t>(i);
        source[13] = 1;
        syns.push_back(bytes_of(packet(IpAddress::v6(source), world_.node6, Tcp{})));
    }
    Wire{world_.outside, "eth0"}.send(syns, kNodeMac);
    EXPECT_GE(wall_.taken()["d_synrate"], kSyns * 98 / 100);
    EXPECT_TRUE(tcp_answers(world_.outside, {world_.node6, 443})) << "another network";
}

}  // namespace
}  // namespace portcullis::test
