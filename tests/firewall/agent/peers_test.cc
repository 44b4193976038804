#include "firewall/agent/peers.h"

#include <gmock/gmock.h>

namespace portcullis::firewall {
namespace {

std::vector<std::string> peers(const std::vector<std::string>& configured,
                               const std::vector<std::string>& nodes) {
    FirewallConfig policy;
    for (const std::string& prefix : configured) {
        policy.cluster.peers.push_back(Cidr::parse(prefix).value());
    }
    std::vector<IpAddress> addresses;
    for (const std::string& node : nodes) {
        addresses.push_back(IpAddress::parse(node).value());
    }
    std::vector<std::string> texts;
    for (const Cidr& peer : with_peers(policy, addresses).cluster.peers) {
        texts.push_back(peer.text());
    }
    return texts;
}

TEST(WithPeers, AddsEachNodeForItself) {
    EXPECT_THAT(peers({"10.0.0.0/24"}, {"10.0.0.7", "10.0.1.7", "fd00::7", "10.0.1.7"}),
                testing::ElementsAre("10.0.0.0/24", "10.0.1.7/32", "fd00::7/128"));
}

TEST(WithPeers, PassesOverWhatIsNoMachine) {
    EXPECT_THAT(peers({}, {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
                           "ff02::1", "1.2.3.4"}),
                testing::ElementsAre("1.2.3.4/32"));
}

TEST(WithPeers, TakesOnlySoMany) {
    FirewallConfig policy;
    std::vector<IpAddress> nodes;
    for (std::uint32_t i = 0; i < 2'000; ++i) {
        nodes.push_back(IpAddress::v4(0x0A000001 + i));
    }
    EXPECT_EQ(with_peers(policy, nodes).cluster.peers.size(), kFollowedPeersMax);
}

}  // namespace
}  // namespace portcullis::firewall
