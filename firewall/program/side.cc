#include "firewall/program/side.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace portcullis::firewall {
namespace {

// Kinds that reach this machine, its containers, or a peer that proved itself; all others reach a
// wire.
bool reaches_no_wire(std::string_view kind) {
    constexpr std::array<std::string_view, 5> kKinds{"bridge", "dummy", "tun", "veth", "wireguard"};
    return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

bool on_the_wire(const Interface& interface) {
    return !interface.loopback && (interface.default_route || !reaches_no_wire(interface.kind));
}

}  // namespace

bool certainly_outside(const Interface& interface, const std::vector<Interface>& all) {
    if (interface.loopback) {
        return false;
    }
    return on_the_wire(interface) ||
           std::any_of(all.begin(), all.end(), [&](const Interface& port) {
               return interface.index != 0 && port.master == interface.index && on_the_wire(port);
           });
}

}  // namespace portcullis::firewall
