// What the interfaces of the machine mean for the wall: what to warn of, and what changed.
#pragma once

#include "config/firewall_model.h"
#include "firewall/program/facts.h"

#include <string>
#include <vector>

namespace portcullis::firewall {

// Interfaces whose name says inside while they lead outside: someone renamed a device, put one into
// a bridge, or a default route leaves through it. The program treats them as outside; the sentences
// tell the operator.
std::vector<std::string> interface_alarms(const FirewallConfig& policy,
                                          const std::vector<Interface>& interfaces);

// Each interface that came, went, was renamed, or changed its master, kind or default route.
std::vector<std::string> interface_changes(const std::vector<Interface>& before,
                                           const std::vector<Interface>& after);

}  // namespace portcullis::firewall
