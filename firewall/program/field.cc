#include "firewall/program/field.h"

#include "base/check.h"

namespace portcullis::firewall {
namespace {

using enum ByteOrder;
using enum Presupposed;

// In the order of Field.
constexpr std::array<FieldFacts, kFields> kFacts{{
    {"iif", 4, host, nothing},
    {"iifname", kNameBytes, text, nothing},
    {"meta iifkind", kNameBytes, text, nothing},
    {"oif", 4, host, nothing},
    {"oifname", kNameBytes, text, nothing},
    {"meta pkttype", 1, host, nothing},
    {"meta protocol", 2, network, nothing},
    {"meta nfproto", 1, host, nothing},
    {"meta l4proto", 1, host, nothing},
    {"meta ipsec", 1, host, nothing},
    {"ip saddr", 4, network, ipv4},
    {"ip daddr", 4, network, ipv4},
    {"ip protocol", 1, network, ipv4},
    {"ip frag-off", 2, network, ipv4},
    {"ip6 saddr", 16, network, ipv6},
    {"ip6 daddr", 16, network, ipv6},
    {"ip6 nexthdr", 1, network, ipv6},
    {"ip6 hoplimit", 1, network, ipv6},
    {"ip option lsrr", 1, host, ipv4},
    {"ip option ssrr", 1, host, ipv4},
    {"exthdr frag", 1, host, ipv6},
    {"rt type", 1, network, ipv6},
    {"tcp option maxseg size", 2, network, tcp},
    {"tcp sport", 2, network, tcp},
    {"tcp dport", 2, network, tcp},
    {"tcp flags", 1, network, tcp},
    {"udp sport", 2, network, udp},
    {"udp dport", 2, network, udp},
    {"icmp type", 1, network, icmp},
    {"icmpv6 type", 1, network, icmpv6},
    {"ct state", 4, host, nothing},
    {"ct direction", 1, host, nothing},
    {"ct original proto-dst", 2, network, transport},
    {"fib saddr type", 4, host, nothing},
    {"fib daddr type", 4, host, nothing},
    {"fib saddr oif", 1, host, nothing},
    {"fib saddr . iif oif", 1, host, nothing},
}};

}  // namespace

const FieldFacts& facts_of(Field field) {
    const auto index = static_cast<std::size_t>(field);
    CHECK(index < kFields && "no such field");
    return kFacts[index];
}

}  // namespace portcullis::firewall
