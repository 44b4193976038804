// Who may use the swarm's ports: the prefixes of the configuration, and the nodes that the swarm
// itself names.
#pragma once

#include "config/firewall_model.h"

#include <vector>

namespace portcullis::firewall {

// Nodes beyond these are passed over: no swarm is as large, and each is an element of a set.
constexpr std::size_t kFollowedPeersMax = 1'000;

// Pure. The policy with the nodes among its peers, each address for itself. What is no address of a
// machine (loopback, multicast, unspecified) or lies in a prefix that is there is passed over.
FirewallConfig with_peers(FirewallConfig policy, const std::vector<IpAddress>& nodes);

}  // namespace portcullis::firewall
