#include "firewall/agent/interfaces.h"

#include "firewall/program/side.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

constexpr std::string_view kDockerBridge = "br-";

bool is_called_inside(const FirewallConfig& policy, const Interface& interface) {
    const auto& inside = policy.inside;
    const bool named = std::any_of(inside.begin(), inside.end(), [&](const InterfaceName& name) {
        return name.text == interface.name;
    });
    return named || interface.name.starts_with(kDockerBridge);
}

const Interface* find(const std::vector<Interface>& all, std::uint32_t index) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [index](const Interface& i) { return i.index == index; });
    return found == all.end() ? nullptr : &*found;
}

std::string name_of(const std::vector<Interface>& all, std::uint32_t index) {
    const Interface* interface = find(all, index);
    return interface == nullptr ? fmt::format("interface {}", index) : interface->name;
}

void compare(const Interface& was, const Interface& is, const std::vector<Interface>& after,
             std::vector<std::string>& changes) {
    if (was.name != is.name) {
        changes.push_back(fmt::format("{} is now called {}", was.name, is.name));
    }
    if (was.master != is.master) {
        changes.push_back(is.master == 0 ? fmt::format("{} left its master", is.name)
                                         : fmt::format("{} is now a port of {}", is.name,
                                                       name_of(after, is.master)));
    }
    if (was.default_route != is.default_route) {
        changes.push_back(
            fmt::format("{} now has {} default route", is.name, is.default_route ? "a" : "no"));
    }
    if (was.kind != is.kind || was.loopback != is.loopback) {
        changes.push_back(fmt::format("{} is now of kind '{}'", is.name, is.kind));
    }
}

}  // namespace

std::vector<std::string> interface_alarms(const FirewallConfig& policy,
                                          const std::vector<Interface>& interfaces) {
    std::vector<std::string> alarms;
    for (const Interface& interface : interfaces) {
        if (!is_called_inside(policy, interface) || !certainly_outside(interface, interfaces)) {
            continue;
        }
        alarms.push_back(
            fmt::format("{} has the name of an inside interface and {}; it is treated as outside",
                        interface.name,
                        interface.default_route ? "a default route leaves through it"
                                                : "a device is behind it"));
    }
    return alarms;
}

std::vector<std::string> interface_changes(const std::vector<Interface>& before,
                                           const std::vector<Interface>& after) {
    std::vector<std::string> changes;
    for (const Interface& was : before) {
        if (find(after, was.index) == nullptr) {
            changes.push_back(fmt::format("{} is gone (index {})", was.name, was.index));
        }
    }
    for (const Interface& is : after) {
        if (const Interface* was = find(before, is.index)) {
            compare(*was, is, after, changes);
        } else {
            changes.push_back(fmt::format("{} is new (index {})", is.name, is.index));
        }
    }
    return changes;
}

}  // namespace portcullis::firewall
