// prerouting -450: before reassembly and connection tracking, the cheapest checks first. What is
// dropped here costs no state. An accept only ends these checks; the gate still decides.
#include "firewall/program/compile_parts.h"

namespace portcullis::firewall {
namespace {

using namespace build;

constexpr std::uint64_t kFragmentBits = 0x3fff;  // more to come, or not the first
constexpr std::uint64_t kOnLink = 255;           // a hop limit that no router can have passed on

// IPv4 addresses in IPv6 clothes, ::ffff:0:0/96: a socket of both families would take them for
// IPv4.
Match mapped(Field field) {
    Bytes first{0, 16};
    first[10] = first[11] = 0xff;
    return {field, Bytes::prefix_mask(96, 16), false, Values{{first, first}}};
}

void drop_sources(const Parts& parts, Chain& chain, std::string_view set,
                  std::string_view counter) {
    const std::string name{set};
    for (const auto& [field, family] : {std::pair{Field::ip_saddr, "4"}, {Field::ip6_saddr, "6"}}) {
        if (parts.has_set(name + family)) {
            chain.rules.push_back(rule(in(field, name + family), count(counter), drop()));
        }
    }
}

// Neighbour discovery comes first: duplicate address detection asks from ::, which nothing below
// would let pass, and without it IPv6 ends.
void add_discovery(Chain& chain) {
    const auto on_link = [](Match types) {
        return std::vector<Statement>{is(Field::ip6_nexthdr, kIcmpv6), std::move(types),
                                      is(Field::ip6_hoplimit, kOnLink)};
    };
    Rule neighbours{on_link(one_of(Field::icmpv6_type, {kNeighborSolicit, kNeighborAdvert})), {}};
    neighbours.statements.emplace_back(accept());
    Rule routers{on_link(is(Field::icmpv6_type, kRouterAdvert)), {}};
    routers.statements.emplace_back(within(Field::ip6_saddr, "fe80::/10"));
    routers.statements.emplace_back(accept());
    chain.rules.push_back(std::move(neighbours));
    chain.rules.push_back(std::move(routers));
    // Conntrack calls a redirect that quotes one of our flows related: it must end here.
    chain.rules.push_back(rule(is(Field::icmp_type, kIcmpRedirect), count("d_redirect"), drop()));
    chain.rules.push_back(rule(one_of(Field::icmpv6_type, {kRouterSolicit, kNdRedirect}),
                               count("d_redirect"), drop()));
}

// Sources and targets that no packet of the wire has. Broadcast addresses as source would pass the
// reverse path: their route leads to the interface they came in by.
void add_addresses(const Parts& parts, Chain& chain) {
    if (parts.has_set("bogon_if")) {
        chain.rules.push_back(rule(in(Field::iif, "bogon_if"), in(Field::ip_saddr, "bogon4"),
                                   count("d_bogon4"), drop()));
    }
    chain.rules.push_back(commented("DHCPv4 may answer before there is a route",
                                    rule(is(Field::udp_sport, 67), is(Field::udp_dport, 68),
                                         masked(Field::ip_frag_off, kFragmentBits, 0), accept())));
    chain.rules.push_back(rule(within(Field::ip6_saddr, "::"), is(Field::icmpv6_type, kMld2Report),
                               is(Field::ip6_hoplimit, 1), accept()));
    chain.rules.push_back(rule(within(Field::ip6_saddr, "::"), count("d_badaddr"), drop()));
    chain.rules.push_back(rule(mapped(Field::ip6_saddr), count("d_badaddr"), drop()));
    if (parts.has_set("bogon_if")) {
        chain.rules.push_back(rule(in(Field::iif, "bogon_if"), in(Field::ip6_saddr, "bogon6"),
                                   count("d_bogon6"), drop()));
    }
    chain.rules.push_back(
        rule(v4(), is_not(Field::fib_saddr_type, kRtnUnicast), count("d_badaddr"), drop()));
    chain.rules.push_back(rule(within(Field::ip6_saddr, "fe80::/10", true),
                               is_not(Field::fib_saddr_type, kRtnUnicast), count("d_badaddr"),
                               drop()));
}

// What came out of IPsec has another interface's address by right.
void add_reverse_path(const Parts& parts, Chain& chain) {
    const auto add = [&](const Match& family, std::string_view counter) {
        const Match plain = is(Field::ipsec, 0);
        if (parts.has_set("loose")) {
            chain.rules.push_back(rule(not_in(Field::iif, "loose"), family,
                                       is(Field::fib_saddr_iif_oif, 0), plain, count(counter),
                                       drop()));
            chain.rules.push_back(rule(in(Field::iif, "loose"), family, is(Field::fib_saddr_oif, 0),
                                       plain, count(counter), drop()));
        } else {
            chain.rules.push_back(
                rule(family, is(Field::fib_saddr_iif_oif, 0), plain, count(counter), drop()));
        }
    };
    add(v4(), "d_spoof4");
    add(within(Field::ip6_saddr, "fe80::/10", true), "d_spoof6");
}

Chain fragments(const Parts& parts, std::string_view name) {
    const std::size_t rate = parts.policy.limits.fragments;
    Chain chain{.name = std::string{name}};
    // TCP avoids fragments; who sends them hides flags or ports.
    chain.rules = {rule(is(Field::l4proto, kTcp), count("d_frag"), drop()),
                   rule(over_rate(rate, 2 * rate), count("d_frag"), drop())};
    return chain;
}

}  // namespace

void add_early(const Parts& parts) {
    parts.table.chains.push_back(by_side(
        parts, "early", {.hook = Hook::prerouting, .priority = kPriorityEarly}, "early_outside"));
    Chain chain{.name = "early_outside"};
    chain.rules = {
        rule(is(Field::pkttype, kPkttypeOther), count("d_l2"), drop()),
        rule(within(Field::ip_daddr, "127.0.0.0/8"), count("d_badaddr"), drop()),
        rule(within(Field::ip6_daddr, "::1"), count("d_badaddr"), drop()),
        rule(mapped(Field::ip6_daddr), count("d_badaddr"), drop()),
    };
    add_discovery(chain);
    drop_sources(parts, chain, "ban", "d_ban");
    drop_sources(parts, chain, "bannet", "d_ban");
    drop_sources(parts, chain, kFeed, "d_feed");
    chain.rules.push_back(rule(is(Field::ip_option_lsrr, 1), count("d_opts"), drop()));
    chain.rules.push_back(rule(is(Field::ip_option_ssrr, 1), count("d_opts"), drop()));
    // Types 0 and 4 (segments) send a packet on from here.
    chain.rules.push_back(rule(one_of(Field::rt_type, {0, 4}), count("d_opts"), drop()));
    add_addresses(parts, chain);
    add_reverse_path(parts, chain);
    // VXLAN between nodes may be fragmented as much as it likes.
    Match fragment{Field::ip_frag_off, value(Field::ip_frag_off, kFragmentBits), true,
                   values(Field::ip_frag_off, {0})};
    chain.rules.push_back(
        rule(std::move(fragment), not_in(Field::ip_saddr, "cluster4"), jump("fragments")));
    chain.rules.push_back(
        rule(is(Field::exthdr_frag, 1), not_in(Field::ip6_saddr, "cluster6"), jump("fragments")));
    parts.table.chains.push_back(std::move(chain));
    parts.table.chains.push_back(fragments(parts, "fragments"));
}

}  // namespace portcullis::firewall
