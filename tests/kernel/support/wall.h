// The wall of the node of a Topology, as the agent makes it, in the node's kernel.
#pragma once

#include "config/firewall_model.h"
#include "firewall/netlink/kernel.h"
#include "firewall/program/compile.h"
#include "tests/support/net_namespace.h"

#include <cstdint>
#include <map>
#include <string>

namespace portcullis::test {

// What an operator of the node would write: edge, strict on both uplinks, no bogons from the
// internet, the peer of the private network, and nobody to log in.
FirewallConfig usual_policy();

// Packets by counter, without those at zero.
using Taken = std::map<std::string, std::uint64_t, std::less<>>;

// Throws when the kernel refuses anything.
class Wall {
  public:
    // The socket that owns the wall is the test's: the wall stays when this ends.
    explicit Wall(const NetNamespace& node);

    // Of the node as it is now.
    [[nodiscard]] firewall::Facts facts() const;
    [[nodiscard]] firewall::Program compiled(const FirewallConfig& policy) const;

    void put(const firewall::Program& program);

    void put(const FirewallConfig& policy) { put(compiled(policy)); }

    void take_away();

    // Since the last put().
    [[nodiscard]] Taken taken() const;

  private:
    const NetNamespace& node_;
    firewall::Socket owner_;
};

// What later has more of.
Taken operator-(const Taken& later, const Taken& earlier);

}  // namespace portcullis::test
