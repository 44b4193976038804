// Which interfaces are outside whatever they are called. A rule that trusts a name trusts whoever
// can rename a device, so these are told by their index before any name is looked at.
#pragma once

#include "firewall/program/facts.h"

#include <array>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

// Kinds of link that reach this machine, its containers, or a peer that proved itself. All others,
// and devices, which have no kind, reach a wire.
constexpr std::array<std::string_view, 5> kInsideKinds{"bridge", "dummy", "tun", "veth",
                                                       "wireguard"};

// Outside for certain: a device, anything stacked on one (VLAN, bond, macvlan), a kind nobody
// vouches for, a bridge that has one of these as a port, and whatever a default route leaves
// through. Loopback never is. An interface that is not for certain outside is inside only if the
// policy names it or Docker made it.
bool certainly_outside(const Interface& interface, const std::vector<Interface>& all);

}  // namespace portcullis::firewall
