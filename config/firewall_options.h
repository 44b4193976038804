// Keys and ranges of the firewall's part of the model; included by options.h.
#pragma once

#include "config/firewall_model.h"
#include "config/option_kinds.h"

namespace portcullis {

constexpr auto words_of(FirewallMode) {
    return std::array{Word{"edge", FirewallMode::edge}, Word{"published", FirewallMode::published},
                      Word{"closed", FirewallMode::closed}};
}

constexpr auto words_of(ReversePath) {
    return std::array{Word{"strict", ReversePath::strict}, Word{"loose", ReversePath::loose}};
}

void visit_options(auto& visit, Maybe<UplinkConfig> auto& uplink) {
    visit("interface", uplink.interface, Required{});
    visit("reverse_path", uplink.reverse_path);
    visit("bogons", uplink.bogons);
}

void visit_options(auto& visit, Maybe<ClusterConfig> auto& cluster) {
    visit("peers", cluster.peers);
    visit("data_path_port", cluster.data_path_port,
          Range<std::size_t>{1024, 49'151, "Docker takes no other"});
    visit("encrypted", cluster.encrypted);
}

void visit_options(auto& visit, Maybe<ManagementConfig> auto& management) {
    visit("from", management.from);
    visit("port", management.port, Range<std::size_t>{1, 65'535, "there are no other ports"});
}

void visit_options(auto& visit, Maybe<FirewallLimits> auto& limits) {
    constexpr std::string_view kNever = "0 would let nothing through";
    constexpr Range<std::size_t> kRate{1, 1'000'000, kNever};
    visit("syns_per_client", limits.syns_per_client, kRate);
    visit("syn_burst", limits.syn_burst, kRate);
    visit("datagrams_per_client", limits.datagrams_per_client, kRate);
    visit("datagram_burst", limits.datagram_burst, kRate);
    visit("fragments", limits.fragments, kRate);
    visit("icmp_errors", limits.icmp_errors, kRate);
    visit("echo_requests", limits.echo_requests, kRate);
    visit("logged_drops", limits.logged_drops,
          Range<std::size_t>{1, 1'000, "a flood must not fill the disk"});
    visit("tracked_syns", limits.tracked_syns, kRate);
    visit("connections_per_client", limits.connections_per_client, kRate);
}

void visit_options(auto& visit, Maybe<FirewallConfig> auto& firewall) {
    visit("mode", firewall.mode);
    visit("listener", firewall.listener);
    visit("http3", firewall.http3);
    visit("uplinks", firewall.uplinks);
    visit("inside", firewall.inside);
    visit("cluster", firewall.cluster);
    visit("management", firewall.management);
    visit("limits", firewall.limits);
    visit("macvlan_parents", firewall.macvlan_parents);
    visit(
        "bans_max", firewall.bans_max,
        Range<std::size_t>{1'024, 1'048'576, "each takes about 100 bytes of the kernel's memory"});
    visit("feeds", firewall.feeds);
    visit("state", firewall.state);
    visit("audit", firewall.audit);
    visit("socket", firewall.socket, OrWord{"off"});
}

}  // namespace portcullis
