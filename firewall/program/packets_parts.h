// Short words to make packets with; for the files of packets alone.
#pragma once

#include "firewall/program/packets.h"

#include <algorithm>
#include <vector>

namespace portcullis::firewall {

constexpr std::uint64_t kClientPort = 40'000;
constexpr std::uint64_t kOtherPort = 8'080;
constexpr std::uint32_t kNewIndex = 4'242;  // of an interface that was plugged in just now

inline Bytes address(const char* text) {
    return address_bytes(IpAddress::parse(text).value());
}

inline Packet& tcp(Packet& packet, std::uint64_t sport, std::uint64_t dport, std::uint64_t flags) {
    return packet.set(Field::l4proto, kTcp)
        .set(packet.has(Field::ip_saddr) ? Field::ip_protocol : Field::ip6_nexthdr, kTcp)
        .set(Field::tcp_sport, sport)
        .set(Field::tcp_dport, dport)
        .set(Field::tcp_flags, flags)
        .set(Field::ct_original_proto_dst, dport);
}

inline Packet& udp(Packet& packet, std::uint64_t sport, std::uint64_t dport) {
    return packet.set(Field::l4proto, kUdp)
        .set(packet.has(Field::ip_saddr) ? Field::ip_protocol : Field::ip6_nexthdr, kUdp)
        .set(Field::udp_sport, sport)
        .set(Field::udp_dport, dport)
        .set(Field::ct_original_proto_dst, dport);
}

inline Packet& icmp(Packet& packet, std::uint64_t type, std::uint64_t hop_limit = 64) {
    packet.unset(Field::ct_original_proto_dst);
    if (packet.has(Field::ip_saddr)) {
        return packet.set(Field::l4proto, kIcmp)
            .set(Field::ip_protocol, kIcmp)
            .set(Field::icmp_type, type);
    }
    return packet.set(Field::l4proto, kIcmpv6)
        .set(Field::ip6_nexthdr, kIcmpv6)
        .set(Field::ip6_hoplimit, hop_limit)
        .set(Field::icmpv6_type, type);
}

inline Packet& state(Packet& packet, std::uint64_t state, std::uint64_t direction) {
    packet.untracked_by_others = state == kCtUntracked;
    packet.set(Field::ct_state, state == kCtUntracked ? kCtInvalid : state);
    return packet.set(Field::ct_direction, direction);
}

inline bool all(const std::vector<Packet>& packets, const PacketClasses::Visit& visit) {
    return std::all_of(packets.begin(), packets.end(), visit);
}

}  // namespace portcullis::firewall
