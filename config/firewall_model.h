// The firewall's part of the model: what of this machine may be reached, and by whom. Nothing here
// can open a port to everybody; 443 is open because it is kIngressPort, the rest to a list of peers.
#pragma once

#include "config/types/cidr.h"
#include "config/types/interface_name.h"
#include "config/types/switch.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace portcullis {

// Who answers on 443. edge: our own process in the host's namespace; published: a container whose
// port Docker publishes; closed: nobody.
enum class FirewallMode : std::uint8_t { edge, published, closed };

// strict: a source must be reachable by the interface it came in by. loose: by any interface.
enum class ReversePath : std::uint8_t { strict, loose };

struct UplinkConfig {
    InterfaceName interface;
    ReversePath reverse_path = ReversePath::strict;
    Switch bogons = Switch::off;                          // on: drop private and reserved sources; for a public address
};

struct ClusterConfig {
    std::vector<Cidr> peers;                              // other nodes; followed ones are added while running
    std::size_t data_path_port = 4789;                    // VXLAN, as in docker swarm init --data-path-port
    Switch encrypted = Switch::off;                       // on: VXLAN only as it comes out of IPsec
};

struct ManagementConfig {
    std::vector<Cidr> from;                               // empty: nobody logs in from outside
    std::size_t port = 22;
};

// Rates are per second. A client is an IPv4 address or an IPv6 /64.
struct FirewallLimits {
    std::size_t syns_per_client = 100;                    // new connections to 443; browsers need about ten
    std::size_t syn_burst = 200;
    std::size_t datagrams_per_client = 10'000;            // HTTP/3; about 100 Mbit/s from one client
    std::size_t datagram_burst = 20'000;
    std::size_t fragments = 500;                          // from all but peers together
    std::size_t icmp_errors = 200;                        // path MTU discovery must work under load
    std::size_t echo_requests = 20;
    std::size_t logged_drops = 5;                         // samples, so that a flood does not fill the disk
    std::size_t tracked_syns = 2'000;                     // published: beyond it cookies, and no state
    std::size_t connections_per_client = 400;             // published: at once, by address
};

inline std::vector<InterfaceName> usual_inside() {
    return {{"lo"}, {"docker0"}, {"docker_gwbridge"}};
}

struct FirewallConfig {
    FirewallMode mode = FirewallMode::edge;
    std::string listener = "portcullis-proxy";            // edge: file name of the program whose socket on 443 is our own
    Switch http3 = Switch::off;                           // on: 443/udp is open as well
    std::vector<UplinkConfig> uplinks;                    // others are outside too, strict and without bogons
    std::vector<InterfaceName> inside = usual_inside();   // and Docker's "br-*" bridges
    ClusterConfig cluster;
    ManagementConfig management;
    FirewallLimits limits;
    std::vector<InterfaceName> macvlan_parents;           // empty: every device that is outside and in no bridge
    std::size_t bans_max = 131'072;                       // addresses, and as many prefixes, per family
    std::vector<std::filesystem::path> feeds;             // files of prefixes to drop, one a line
    std::filesystem::path state = "/var/lib/portcullis/firewall";        // folder: last confirmed program, bans
    std::filesystem::path audit = "/var/lib/portcullis/firewall/audit.ndjson";  // append only
    std::filesystem::path socket = "/run/portcullis/firewall.sock";      // status, metrics and bans; empty ("off"): none
};

}  // namespace portcullis
