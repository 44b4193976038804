#include "firewall/program/side.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

bool reaches_no_wire(std::string_view kind) {
    return std::find(kInsideKinds.begin(), kInsideKinds.end(), kind) != kInsideKinds.end();
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
