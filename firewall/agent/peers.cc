#include "firewall/agent/peers.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

// Loopback, multicast and unspecified addresses (RFC 1122, 3.2.1.3; RFC 4291, 2.4).
bool is_machine(const IpAddress& address) {
    if (address.is_v4()) {
        const std::uint32_t first = address.v4_host_order() >> 24U;
        return first != 0 && first != 127 && first < 224;
    }
    const auto& bytes = address.bytes();
    const bool low =
        std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; });
    return bytes[0] != 0xff && !(low && bytes[15] <= 1);
}

}  // namespace

FirewallConfig with_peers(FirewallConfig policy, const std::vector<IpAddress>& nodes) {
    std::vector<Cidr>& peers = policy.cluster.peers;
    std::size_t followed = 0;
    for (const IpAddress& node : nodes) {
        const bool known = std::any_of(peers.begin(), peers.end(),
                                       [&](const Cidr& peer) { return peer.contains(node); });
        if (is_machine(node) && !known && followed < kFollowedPeersMax) {
            peers.push_back({node, node.is_v4() ? 32 : 128});
            ++followed;
        }
    }
    return policy;
}

}  // namespace portcullis::firewall
