#include "config/types/quote.h"
#include "config/validate.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace portcullis {
namespace {

constexpr std::size_t kSwarmTcpPort = 2377;
constexpr std::size_t kGossipPort = 7946;
// A list of management addresses wider than this is no list. For peers it is worth a warning.
constexpr int kNarrow4 = 16;
constexpr int kNarrow6 = 32;
constexpr int kPeersWidest = 8;

bool wider_than(const Cidr& prefix, int bits4, int bits6) {
    return prefix.bits < (prefix.network.is_v4() ? bits4 : bits6);
}

bool contains(const Cidr& outer, const Cidr& inner) {
    return outer.network.is_v4() == inner.network.is_v4() && outer.bits <= inner.bits &&
           outer.contains(inner.network);
}

// Addresses that no other machine can have.
bool is_nobodys(const Cidr& prefix) {
    static const std::vector<Cidr> kReserved = [] {
        std::vector<Cidr> reserved;
        for (const char* text : {"0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8"}) {
            reserved.push_back(Cidr::parse(text).value());
        }
        return reserved;
    }();
    return std::any_of(kReserved.begin(), kReserved.end(),
                       [&](const Cidr& reserved) { return contains(reserved, prefix); });
}

// What is wrong with the entries of a list of prefixes, each by itself and beside those before it.
void validate_prefixes(const std::vector<Cidr>& prefixes, const std::string& path,
                       Findings& findings) {
    for (std::size_t i = 0; i < prefixes.size() && !findings.full(); ++i) {
        const std::string at = indexed(path, i);
        const std::string text = in_quotes(prefixes[i].text());
        if (!findings.placed(at)) {
            continue;
        }
        if (is_nobodys(prefixes[i])) {
            findings.error(at, text + " is not an address of another machine",
                           "name those that are");
        }
        for (std::size_t j = 0; j < prefixes.size(); ++j) {
            if (i == j || !findings.placed(indexed(path, j))) {
                continue;
            }
            if (prefixes[i] == prefixes[j] && j < i) {
                findings.error(at, text + " is there twice", "keep one of them");
                break;
            }
            if (prefixes[i] != prefixes[j] && contains(prefixes[j], prefixes[i])) {
                findings.error(at, text + " is part of " + in_quotes(prefixes[j].text()),
                               "keep one of them");
                break;
            }
        }
    }
}

void validate_cluster(const ClusterConfig& cluster, Findings& findings) {
    validate_prefixes(cluster.peers, "firewall.cluster.peers", findings);
    for (std::size_t i = 0; i < cluster.peers.size(); ++i) {
        const Cidr& peers = cluster.peers[i];
        const std::string at = indexed("firewall.cluster.peers", i);
        if (!findings.placed(at) || !wider_than(peers, kNarrow4, kNarrow6)) {
            continue;
        }
        if (wider_than(peers, kPeersWidest, kPeersWidest)) {
            findings.error(
                at, in_quotes(peers.text()) + " lets strangers inject packets into the cluster",
                "name the other nodes, or their network");
        } else {
            findings.warning(at, in_quotes(peers.text()) + " is more than a network of nodes",
                             "whoever has an address in it may inject packets; name the nodes");
        }
    }
    if (cluster.data_path_port == kGossipPort) {
        findings.error("firewall.cluster.data_path_port", "7946 is the port nodes gossip on",
                       "write what 'docker info' shows, 4789 if nothing else was chosen");
    }
}

void validate_management(const FirewallConfig& firewall, Findings& findings) {
    const ManagementConfig& management = firewall.management;
    validate_prefixes(management.from, "firewall.management.from", findings);
    for (std::size_t i = 0; i < management.from.size(); ++i) {
        const Cidr& from = management.from[i];
        const std::string at = indexed("firewall.management.from", i);
        if (findings.placed(at) && wider_than(from, kNarrow4, kNarrow6)) {
            findings.error(
                at, in_quotes(from.text()) + " is too many addresses to log in from",
                std::string{"name a prefix of at least "} + (from.network.is_v4() ? "/16" : "/32"));
        }
    }
    if (management.port == kIngressPort) {
        findings.error("firewall.management.port", "443 is open to everybody",
                       "write the port that sshd listens on");
    } else if (management.port == kSwarmTcpPort || management.port == kGossipPort) {
        findings.error("firewall.management.port",
                       std::to_string(management.port) + " is a port of the swarm",
                       "write the port that sshd listens on");
    }
}

// Names that are there twice; those seen are added to the set.
void validate_names(const std::vector<InterfaceName>& names, const std::string& path,
                    std::set<std::string_view>& seen, Findings& findings) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].text.empty() && !seen.insert(names[i].text).second) {
            findings.error(indexed(path, i), in_quotes(names[i].text) + " is there twice",
                           "keep one of them");
        }
    }
}

void outside_only(std::string_view name, const std::string& at,
                  const std::set<std::string_view>& inside, Findings& findings) {
    if (name == "lo" || inside.contains(name)) {
        findings.error(at, in_quotes(name) + " is inside", "an interface is inside or outside");
    }
}

void validate_interfaces(const FirewallConfig& firewall, Findings& findings) {
    std::set<std::string_view> inside;
    validate_names(firewall.inside, "firewall.inside", inside, findings);
    if (!inside.contains("lo")) {
        findings.error("firewall.inside", "without 'lo' this machine cannot talk to itself",
                       "add it to the list");
    }
    std::set<std::string_view> uplinks;
    for (std::size_t i = 0; i < firewall.uplinks.size(); ++i) {
        const std::string& name = firewall.uplinks[i].interface.text;
        const std::string at = indexed("firewall.uplinks", i, "interface");
        if (!name.empty() && !uplinks.insert(name).second) {
            findings.error(at, in_quotes(name) + " is there twice", "keep one of them");
        }
        outside_only(name, at, inside, findings);
    }
    std::set<std::string_view> parents;
    validate_names(firewall.macvlan_parents, "firewall.macvlan_parents", parents, findings);
    for (std::size_t i = 0; i < firewall.macvlan_parents.size(); ++i) {
        outside_only(firewall.macvlan_parents[i].text, indexed("firewall.macvlan_parents", i),
                     inside, findings);
    }
}

void validate_burst(std::size_t rate, std::size_t burst, const std::string& path,
                    std::string_view rate_name, Findings& findings) {
    if (burst < rate) {
        findings.warning(
            path, std::to_string(burst) + " is less than one second's worth",
            "write at least " + std::to_string(rate) + ", which is " + std::string{rate_name});
    }
}

void validate_files(const FirewallConfig& firewall, Findings& findings) {
    if (firewall.audit == firewall.state || firewall.audit == firewall.socket) {
        findings.error("firewall.audit",
                       in_quotes(firewall.audit.string()) + " is used for something else",
                       "write a file of its own");
    }
    if (firewall.socket == firewall.state) {
        findings.error("firewall.socket",
                       in_quotes(firewall.socket.string()) + " is the state's folder",
                       "write a path of its own, or off");
    }
    std::set<std::filesystem::path> feeds;
    for (std::size_t i = 0; i < firewall.feeds.size(); ++i) {
        if (findings.placed(indexed("firewall.feeds", i)) &&
            !feeds.insert(firewall.feeds[i]).second) {
            findings.error(indexed("firewall.feeds", i),
                           in_quotes(firewall.feeds[i].string()) + " is there twice",
                           "keep one of them");
        }
    }
}

}  // namespace

void validate_firewall(const Config& config, Findings& findings) {
    const FirewallConfig& firewall = config.firewall;
    if (firewall.mode == FirewallMode::closed && firewall.http3 == Switch::on) {
        findings.error("firewall.http3", "nothing is served here: the mode is closed",
                       "write off, or another mode");
    }
    if (firewall.listener.empty() || firewall.listener.find('/') != std::string::npos) {
        findings.error("firewall.listener",
                       in_quotes(firewall.listener) + " is not the name of a file",
                       "write the program's file name without its folder, as portcullis-proxy");
    }
    validate_interfaces(firewall, findings);
    validate_cluster(firewall.cluster, findings);
    validate_management(firewall, findings);
    validate_burst(firewall.limits.syns_per_client, firewall.limits.syn_burst,
                   "firewall.limits.syn_burst", "syns_per_client", findings);
    validate_burst(firewall.limits.datagrams_per_client, firewall.limits.datagram_burst,
                   "firewall.limits.datagram_burst", "datagrams_per_client", findings);
    validate_files(firewall, findings);
}

}  // namespace portcullis
