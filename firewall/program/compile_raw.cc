// prerouting -300 and output -300: TCP segments are whole, and there is no state yet. Scans and
// floods end here; what is served without state is taken out of connection tracking both ways.
#include "firewall/program/compile_parts.h"

namespace portcullis::firewall {
namespace {

using namespace build;

constexpr std::uint64_t kSmallestMss = 536;  // RFC 9293, 3.7.1; below it a segment is mostly header

Chain tcp_sanity() {
    constexpr std::uint64_t kAll = kFin | kSyn | kRst | kPsh | kAck | kUrg;
    Match legal =
        none_of(Field::tcp_flags, {kSyn, kRst, kAck, kFin | kAck, kSyn | kAck, kRst | kAck,
                                   kPsh | kAck, kFin | kPsh | kAck, kRst | kPsh | kAck, kUrg | kAck,
                                   kPsh | kUrg | kAck, kFin | kPsh | kUrg | kAck});
    std::sort(std::get<Values>(legal.operand).begin(), std::get<Values>(legal.operand).end());
    legal.mask = value(Field::tcp_flags, kAll);
    Chain chain{.name = "tcp_sanity"};
    chain.rules = {
        rule(std::move(legal), count("d_flags"), drop()),
        rule(is(Field::tcp_sport, 0), count("d_flags"), drop()),
        rule(syn(), between(Field::tcp_option_mss, 1, kSmallestMss - 1), count("d_flags"), drop())};
    return chain;
}

// Each address family has its own source field.
void for_sources(std::string_view set, const auto& add) {
    add(in(Field::ip_saddr, std::string{set} + "4"));
    add(in(Field::ip6_saddr, std::string{set} + "6"));
}

Chain syn_ports(const Parts& parts) {
    const std::size_t samples = parts.policy.limits.logged_drops;
    Chain chain{.name = "syn_ports"};
    for_sources("cluster", [&](Match source) {
        chain.rules.push_back(
            rule(std::move(source), one_of(Field::tcp_dport, {kSwarmPort, kGossipPort}), back()));
    });
    if (parts.has_set("mgmt4")) {
        for_sources("mgmt", [&](Match source) {
            chain.rules.push_back(rule(std::move(source),
                                       is(Field::tcp_dport, parts.policy.management.port), back()));
        });
    }
    chain.rules.push_back(
        rule(within_rate(samples, 4 * samples), Log{kLogGroup, kLogBytes, "portcullis-port "}));
    chain.rules.push_back(rule(count("d_synport"), drop()));
    return chain;
}

void add_serving(const Parts& parts) {
    const FirewallLimits& limits = parts.policy.limits;
    if (parts.serving == Serving::nobody) {
        return;
    }
    const bool tracked = parts.serving == Serving::tracked;
    const Rule serve =
        tracked ? rule(count("a_443"), accept()) : rule(count("a_443"), Notrack{}, accept());
    Chain tcp{.name = "serve_tcp"};
    tcp.rules = {rule(syn(), jump("serve_syn")), serve};
    Chain syns{.name = "serve_syn"};
    for (const Field source : {Field::ip_saddr, Field::ip6_saddr}) {
        syns.rules.push_back(
            over_sketch(parts, "r", source, limits.syns_per_client, limits.syn_burst, "d_synrate"));
    }
    if (parts.synproxy()) {
        syns.rules.push_back(commented("no state, no DNAT, a cookie from synproxy",
                                       rule(over_rate(limits.tracked_syns, limits.tracked_syns),
                                            count("a_synproxy"), Notrack{}, accept())));
    }
    parts.table.chains.push_back(std::move(tcp));
    parts.table.chains.push_back(std::move(syns));
    if (parts.http3()) {
        Chain udp{.name = "serve_udp"};
        for (const Field source : {Field::ip_saddr, Field::ip6_saddr}) {
            udp.rules.push_back(over_sketch(parts, "u", source, limits.datagrams_per_client,
                                            limits.datagram_burst, "d_udprate"));
        }
        udp.rules.push_back(serve);
        parts.table.chains.push_back(std::move(udp));
    }
}

void add_raw_in(const Parts& parts) {
    parts.table.chains.push_back(by_side(
        parts, "raw_in", {.hook = Hook::prerouting, .priority = kPriorityRaw}, "raw_outside"));
    Chain chain{.name = "raw_outside"};
    chain.rules = {rule(is(Field::l4proto, kTcp), jump("tcp_sanity")),
                   rule(is(Field::udp_sport, 0), count("d_flags"), drop())};
    const Match to_us = is(Field::fib_daddr_type, kRtnLocal);
    if (parts.serving != Serving::nobody) {
        chain.rules.push_back(rule(is(Field::tcp_dport, kIngressPort), to_us, go("serve_tcp")));
    }
    if (parts.http3()) {
        chain.rules.push_back(rule(is(Field::udp_dport, kIngressPort), to_us, go("serve_udp")));
    }
    // Each flow inside VXLAN has an outer source port of its own: tracked, they fill the table.
    for_sources("cluster", [&](Match source) {
        chain.rules.push_back(rule(std::move(source),
                                   is(Field::udp_dport, parts.policy.cluster.data_path_port),
                                   Notrack{}, accept()));
    });
    chain.rules.push_back(rule(syn(), jump("syn_ports")));
    parts.table.chains.push_back(std::move(chain));
}

void add_raw_out(const Parts& parts) {
    parts.table.chains.push_back(by_side_out(
        parts, "raw_out", {.hook = Hook::output, .priority = kPriorityRaw}, "raw_out_outside"));
    Chain chain{.name = "raw_out_outside"};
    if (parts.serving == Serving::untracked) {
        chain.rules.push_back(rule(is(Field::tcp_sport, kIngressPort), Notrack{}, accept()));
        if (parts.http3()) {
            chain.rules.push_back(rule(is(Field::udp_sport, kIngressPort), Notrack{}, accept()));
        }
    }
    for (const auto& [field, set] :
         {std::pair{Field::ip_daddr, "cluster4"}, {Field::ip6_daddr, "cluster6"}}) {
        chain.rules.push_back(rule(in(field, set),
                                   is(Field::udp_dport, parts.policy.cluster.data_path_port),
                                   Notrack{}, accept()));
    }
    parts.table.chains.push_back(std::move(chain));
}

}  // namespace

void add_limiter_sets(const Parts& parts) {
    const auto add_rows = [&](std::string_view name) {
        for (const char* row : {"1", "2"}) {
            parts.table.sets.push_back({.name = std::string{name} + row,
                                        .type = KeyType::mark,
                                        .timeout = true,
                                        .dynamic = true,
                                        .size = kSketchCells,
                                        .element_timeout = std::chrono::seconds{10}});
        }
    };
    if (parts.serving != Serving::nobody) {
        add_rows("r");
    }
    if (parts.http3()) {
        add_rows("u");
    }
    if (parts.serving == Serving::tracked) {
        constexpr std::uint32_t kConnections = 262'144;  // as conntrack itself holds by default
        parts.table.sets.push_back(
            {.name = "conns4", .type = KeyType::ipv4, .dynamic = true, .size = kConnections});
        parts.table.sets.push_back(
            {.name = "conns6", .type = KeyType::ipv6, .dynamic = true, .size = kConnections});
    }
    if (parts.synproxy()) {
        add_rows("v");
    }
}

Rule over_sketch(const Parts& parts, std::string_view set, Field source, std::size_t per_second,
                 std::size_t burst, std::string_view counter) {
    // The second row sees only what the first lets through as too much, so the two add up.
    const auto row = [&](const char* number, std::uint32_t seed) {
        return Sketch{std::string{set} + number, source, seed, (per_second + 1) / 2,
                      static_cast<std::uint32_t>((burst + 1) / 2)};
    };
    return rule(source == Field::ip_saddr ? v4() : v6(), row("1", parts.facts.seeds[0]),
                row("2", parts.facts.seeds[1]), count(counter), drop());
}

void add_raw(const Parts& parts) {
    add_raw_in(parts);
    parts.table.chains.push_back(tcp_sanity());
    parts.table.chains.push_back(syn_ports(parts));
    add_serving(parts);
    add_raw_out(parts);
}

}  // namespace portcullis::firewall
