// What compile must know of this machine besides the policy. Collected by the agent, plain values
// here, so that a program for any machine can be made, shown and proven on any other.
#pragma once

#include "config/types/cidr.h"
#include "firewall/program/program.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct Interface {
    std::uint32_t index = 0;  // never 0 for a real one
    std::string name;
    std::string kind{};          // IFLA_INFO_KIND: "bridge", "veth"; empty: a device, or loopback
    std::uint32_t master = 0;    // index of the bridge or bond it belongs to; 0: none
    bool loopback = false;       // IFF_LOOPBACK
    bool default_route = false;  // some default route of either family leaves through it

    bool operator==(const Interface&) const = default;
};

// What a listener on this machine answers to a SYN; synproxy must promise the same in its place.
struct SynproxyFacts {
    bool available = true;  // the kernel has the expression
    bool timestamps =
        false;  // false where the kernel rejects the proxy's (it counts TSEcrRejected)
    std::uint8_t wscale4 = 7;  // window scale of a real SYN-ACK, by family
    std::uint8_t wscale6 = 7;

    bool operator==(const SynproxyFacts&) const = default;
};

struct Ban {
    Cidr prefix;  // one address, or more
    Expiry until;

    auto operator<=>(const Ban&) const = default;
};

struct Facts {
    std::vector<Interface> interfaces;  // all that there are, outside, inside and unknown
    // In mode edge: whether the socket on 443 is our own. When it is not, an untracked 443 would
    // bypass Docker's DNAT and lose the client's address, so the program tracks 443 instead
    // (stateful, with a limit before it).
    bool listener_is_ours = true;
    SynproxyFacts synproxy;
    std::array<std::uint32_t, 2> seeds{
        0x5bd1e995, 0x1b873593};  // of the flood limiter's rows; random on each node
    std::vector<Cidr> peers;      // followed ones, in addition to the configured ones
    std::vector<Ban> bans;        // in any order; overlaps are merged
    std::vector<Cidr>
        feed;  // prefixes to drop for as long as this program holds; overlaps are merged

    bool operator==(const Facts&) const = default;
};

}  // namespace portcullis::firewall
