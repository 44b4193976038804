// prerouting -150: the gate. State is known, and the port is still the one the client asked for,
// because Docker's DNAT comes later. Whatever is not accepted here is dropped by policy.
#include "firewall/program/compile_parts.h"

namespace portcullis::firewall {
namespace {

using namespace build;

void accept_serving(const Parts& parts, Chain& chain) {
    const auto https = is(Field::tcp_dport, kIngressPort);
    const auto quic = is(Field::udp_dport, kIngressPort);
    if (parts.serving == Serving::untracked) {
        chain.rules.push_back(rule(https, state(kCtUntracked), accept()));
        if (parts.http3()) {
            chain.rules.push_back(rule(quic, state(kCtUntracked), accept()));
        }
    }
    if (parts.serving == Serving::tracked) {
        const std::size_t most = parts.policy.limits.connections_per_client;
        for (const auto& [set, source] :
             {std::pair{"conns4", Field::ip_saddr}, {"conns6", Field::ip6_saddr}}) {
            chain.rules.push_back(
                rule(source == Field::ip_saddr ? v4() : v6(), https, state(kCtNew),
                     ConnectionCount{set, source, static_cast<std::uint32_t>(most)},
                     count("d_conns"), drop()));
        }
        chain.rules.push_back(rule(https, state(kCtNew | kCtEstablished), accept()));
        if (parts.synproxy()) {
            chain.rules.push_back(
                commented("to synproxy", rule(https, state(kCtUntracked), syn(), accept())));
            // With nf_conntrack_tcp_loose=0 an ACK that nothing was known of is invalid.
            chain.rules.push_back(commented(
                "a cookie that comes back",
                rule(https, state(kCtInvalid),
                     masked(Field::tcp_flags, kFin | kSyn | kRst | kAck, kAck), accept())));
        }
        if (parts.http3()) {
            chain.rules.push_back(rule(quic, state(kCtNew | kCtEstablished), accept()));
        }
    }
}

void accept_management(const Parts& parts, Chain& chain) {
    if (!parts.has_set("mgmt4")) {
        return;
    }
    for (const Match& source : {in(Field::ip_saddr, "mgmt4"), in(Field::ip6_saddr, "mgmt6")}) {
        chain.rules.push_back(rule(source, is(Field::tcp_dport, parts.policy.management.port),
                                   state(kCtNew | kCtEstablished), count("a_mgmt"), accept()));
    }
}

void drop_the_rest(const Parts& parts, Chain& chain) {
    const std::size_t samples = parts.policy.limits.logged_drops;
    chain.rules.push_back(
        rule(within_rate(samples, 4 * samples), Log{kLogGroup, kLogBytes, "portcullis-drop "}));
    chain.rules.push_back(rule(count("d_port"), drop()));
}

Chain cluster(const Parts& parts) {
    Chain chain{.name = "cluster"};
    Rule vxlan = rule(is(Field::udp_dport, parts.policy.cluster.data_path_port));
    if (parts.policy.cluster.encrypted == Switch::on) {
        vxlan.statements.emplace_back(is(Field::ipsec, 1));
    }
    vxlan.statements.emplace_back(count("a_cluster"));
    vxlan.statements.emplace_back(accept());
    chain.rules = {rule(one_of(Field::tcp_dport, {kSwarmPort, kGossipPort}),
                        state(kCtNew | kCtEstablished), count("a_cluster"), accept()),
                   rule(is(Field::udp_dport, kGossipPort), count("a_cluster"), accept()),
                   std::move(vxlan), rule(is(Field::l4proto, kEsp), count("a_cluster"), accept())};
    return chain;
}

// To everybody on the link: only what the link itself needs.
Chain groups() {
    Chain chain{.name = "groups"};
    chain.rules = {
        rule(is(Field::l4proto, kIcmpv6), jump("discovery")),
        rule(v4(), is(Field::udp_sport, 67), is(Field::udp_dport, 68), count("a_dhcp"), accept()),
        rule(count("d_group"), drop())};
    return chain;
}

}  // namespace

void add_gate(const Parts& parts) {
    parts.table.chains.push_back(by_side(
        parts, "gate",
        {.hook = Hook::prerouting, .priority = kPriorityGate, .policy = Policy::drop}, "outside"));
    Chain chain{.name = "outside"};
    // Only what answers this side: an established connection that a stranger opened before there
    // was a policy is original, and so is one that a conntrack helper expects.
    chain.rules = {
        rule(is(Field::ct_direction, kCtReply), state(kCtEstablished | kCtRelated),
             count("a_reply"), accept()),
        rule(one_of(Field::fib_daddr_type, {kRtnBroadcast, kRtnMulticast}), go("groups")),
        commented("a container's own address, or another machine's",
                  rule(is_not(Field::fib_daddr_type, kRtnLocal), count("d_routed"), drop())),
    };
    accept_serving(parts, chain);
    chain.rules.push_back(rule(in(Field::ip_saddr, "cluster4"), jump("cluster")));
    chain.rules.push_back(rule(in(Field::ip6_saddr, "cluster6"), jump("cluster")));
    accept_management(parts, chain);
    chain.rules.push_back(rule(one_of(Field::l4proto, {kIcmp, kIcmpv6}), jump("icmps")));
    chain.rules.push_back(
        rule(v4(), is(Field::udp_sport, 67), is(Field::udp_dport, 68), count("a_dhcp"), accept()));
    chain.rules.push_back(rule(within(Field::ip6_saddr, "fe80::/10"), is(Field::udp_sport, 547),
                               is(Field::udp_dport, 546), count("a_dhcp"), accept()));
    drop_the_rest(parts, chain);
    parts.table.chains.push_back(std::move(chain));
    parts.table.chains.push_back(groups());
    parts.table.chains.push_back(cluster(parts));
}

}  // namespace portcullis::firewall
