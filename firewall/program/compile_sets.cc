// The sets that say who is who, and the question that every base chain begins with.
#include "firewall/program/compile_parts.h"
#include "firewall/program/intervals.h"
#include "firewall/program/side.h"

#include <algorithm>
#include <set>

namespace portcullis::firewall {
namespace {

using namespace build;

constexpr std::uint64_t kLoopbackIndex = 1;  // in every network namespace
constexpr std::string_view kDockerBridges = "br-";

// No host on the Internet has these as its address (RFC 6890 and its registries).
std::vector<Cidr> reserved() {
    std::vector<Cidr> result;
    for (const char* text :
         {"0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
          "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
          "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",   "::/127",         "64:ff9b:1::/48",
          "100::/64",        "2001:db8::/32",  "3fff::/20",     "fc00::/7",       "fec0::/10",
          "ff00::/8"}) {
        result.push_back(Cidr::parse(text).value());
    }
    return result;
}

Set index_set(std::string_view name, const std::set<std::uint32_t>& indexes) {
    Set set{.name = std::string{name}, .type = KeyType::interface_index};
    for (const std::uint32_t index : indexes) {
        set.elements.push_back({Bytes{index, 4}, Bytes{index, 4}, {}});
    }
    return set;
}

void add_interfaces(const Parts& parts) {
    std::set<std::uint32_t> uplinks;
    std::set<std::uint32_t> loose;
    std::set<std::uint32_t> bogons;
    for (const Interface& interface : parts.facts.interfaces) {
        if (interface.index != 0 && certainly_outside(interface, parts.facts.interfaces)) {
            uplinks.insert(interface.index);
        }
        for (const UplinkConfig& uplink : parts.policy.uplinks) {
            if (interface.index == 0 || interface.loopback ||
                uplink.interface.text != interface.name) {
                continue;
            }
            uplinks.insert(interface.index);
            if (uplink.reverse_path == ReversePath::loose) {
                loose.insert(interface.index);
            }
            if (uplink.bogons == Switch::on) {
                bogons.insert(interface.index);
            }
        }
    }
    parts.table.sets.push_back(index_set("uplinks", uplinks));
    std::set<Bytes> names;
    for (const InterfaceName& name : parts.policy.inside) {
        if (name.text != "lo") {
            names.insert(Bytes::name(name.text));
        }
    }
    if (!names.empty()) {
        Set inside{.name = "inside", .type = KeyType::interface_name};
        for (const Bytes& name : names) {
            inside.elements.push_back({name, name, {}});
        }
        parts.table.sets.push_back(std::move(inside));
    }
    if (!loose.empty()) {
        parts.table.sets.push_back(index_set("loose", loose));
    }
    if (!bogons.empty()) {
        parts.table.sets.push_back(index_set("bogon_if", bogons));
    }
}

void add_prefixes(const Parts& parts, std::string_view name, const std::vector<Interval>& four,
                  const std::vector<Interval>& six) {
    parts.table.sets.push_back({.name = std::string{name} + "4",
                                .type = KeyType::ipv4,
                                .interval = true,
                                .elements = elements(four)});
    parts.table.sets.push_back({.name = std::string{name} + "6",
                                .type = KeyType::ipv6,
                                .interval = true,
                                .elements = elements(six)});
}

void add_prefixes(const Parts& parts, std::string_view name, const std::vector<Cidr>& prefixes) {
    add_prefixes(parts, name, merged(prefixes, IpFamily::v4), merged(prefixes, IpFamily::v6));
}

void add_bans(const Parts& parts) {
    // The kernel counts both ends of an interval.
    const auto addresses_max = static_cast<std::uint32_t>(parts.policy.bans_max);
    const auto add = [&](std::string_view name, KeyType type, bool prefixes,
                         std::vector<Element> banned) {
        parts.table.sets.push_back({.name = std::string{name},
                                    .type = type,
                                    .interval = prefixes,
                                    .timeout = true,
                                    .size = prefixes ? 2 * addresses_max : addresses_max,
                                    .elements = std::move(banned)});
    };
    const std::vector<Ban>& bans = parts.facts.bans;
    add(kBannedAddresses4, KeyType::ipv4, false, banned_addresses(bans, IpFamily::v4));
    add(kBannedAddresses6, KeyType::ipv6, false, banned_addresses(bans, IpFamily::v6));
    add(kBannedPrefixes4, KeyType::ipv4, true, banned_prefixes(bans, IpFamily::v4));
    add(kBannedPrefixes6, KeyType::ipv6, true, banned_prefixes(bans, IpFamily::v6));
}

}  // namespace

// Those that a repair leaves where they are come first, so that a repaired table lists like a new
// one.
void add_sets(const Parts& parts) {
    add_bans(parts);
    if (!parts.facts.feed.empty()) {
        add_prefixes(parts, kFeed, parts.facts.feed);
    }
    add_interfaces(parts);
    std::vector<Cidr> peers = parts.policy.cluster.peers;
    peers.insert(peers.end(), parts.facts.peers.begin(), parts.facts.peers.end());
    const std::vector<Cidr>& management = parts.policy.management.from;
    add_prefixes(parts, "cluster", peers);
    if (!management.empty()) {
        add_prefixes(parts, "mgmt", management);
    }
    if (parts.has_set("bogon_if")) {
        // Whom the policy names is expected, private address or not.
        std::vector<Cidr> expected = peers;
        expected.insert(expected.end(), management.begin(), management.end());
        const auto rest = [&](IpFamily family) {
            return without(merged(reserved(), family), merged(expected, family));
        };
        add_prefixes(parts, "bogon", rest(IpFamily::v4), rest(IpFamily::v6));
    }
}

Chain by_side(const Parts& parts, std::string_view name, Base base, std::string_view outside) {
    Chain chain{.name = std::string{name}, .base = std::move(base)};
    chain.rules = {rule(in(Field::iif, "uplinks"), go(outside)),
                   rule(is(Field::iif, kLoopbackIndex), accept())};
    if (parts.has_set("inside")) {
        Match kinds = named(Field::iifkind, {});
        for (const std::string_view kind : kInsideKinds) {
            std::get<Values>(kinds.operand).push_back({Bytes::name(kind), Bytes::name(kind)});
        }
        chain.rules.push_back(rule(in(Field::iifname, "inside"), kinds, accept()));
    }
    chain.rules.push_back(
        rule(begins(Field::iifname, kDockerBridges), named(Field::iifkind, {"bridge"}), accept()));
    chain.rules.push_back(rule(go(outside)));
    return chain;
}

Chain by_side_out(const Parts& parts, std::string_view name, Base base, std::string_view outside) {
    Chain chain{.name = std::string{name}, .base = std::move(base)};
    chain.rules = {rule(in(Field::oif, "uplinks"), go(outside)),
                   rule(is(Field::oif, kLoopbackIndex), accept())};
    if (parts.has_set("inside")) {
        chain.rules.push_back(rule(in(Field::oifname, "inside"), accept()));
    }
    chain.rules.push_back(rule(begins(Field::oifname, kDockerBridges), accept()));
    chain.rules.push_back(rule(go(outside)));
    return chain;
}

}  // namespace portcullis::firewall
