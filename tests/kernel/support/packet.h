// Packets as bytes, legal ones and others: whatever a stranger may put on the wire.
#pragma once

#include "config/types/address.h"

#include <cstdint>
#include <vector>

namespace portcullis::test {

using Octets = std::vector<std::uint8_t>;

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32;
constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmp6 = 58;

struct Tcp {
    std::uint16_t source = 40'000;
    std::uint16_t target = 443;
    std::uint8_t flags = kSyn;
    std::uint32_t sequence = 1;
    std::uint32_t acknowledged = 0;
    Octets options{};  // a multiple of four bytes
    Octets payload{};
};

struct Udp {
    std::uint16_t source = 40'000;
    std::uint16_t target = 443;
    Octets payload{'x'};
};

struct Packet {
    IpAddress source;
    IpAddress target;  // of the same family
    std::uint8_t protocol = kTcp;
    Octets transport{};  // the checksum of TCP, UDP and ICMP is filled in
    std::uint8_t hops = 64;
    Octets options{};  // IPv4: options; IPv6: extension headers; a multiple of four, of eight
    std::uint8_t first_header = 0;  // IPv6: the type of the first of them, when there are options
    std::uint16_t identity = 1;     // IPv4
};

Octets bytes_of(const Tcp& segment);
Octets bytes_of(const Udp& datagram);
Octets icmp(std::uint8_t type, std::uint8_t code,
            Octets rest = Octets(8));  // rest: behind the checksum

Octets bytes_of(const Packet& packet);

Packet packet(const IpAddress& source, const IpAddress& target, const Tcp& segment);
Packet packet(const IpAddress& source, const IpAddress& target, const Udp& datagram);

// The same packet in two fragments, the first with so many bytes of its transport part: a multiple
// of eight.
std::vector<Octets> in_fragments(const Packet& packet, std::size_t first_bytes);

}  // namespace portcullis::test
