#include "tests/kernel/support/packet.h"

#include <algorithm>
#include <span>

namespace portcullis::test {

namespace {

constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint8_t kFragmentHeader = 44;

void put16(Octets& bytes, std::size_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(value));
}

void put32(Octets& bytes, std::size_t value) {
    put16(bytes, value >> 16U);
    put16(bytes, value & 0xffffU);
}

void append(Octets& bytes, std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

// Sixteen bytes, or the last four of an IPv4 address.
std::span<const std::uint8_t> wire_form(const IpAddress& address) {
    const std::span<const std::uint8_t> all{address.bytes()};
    return address.is_v4() ? all.last(4) : all;
}

// The Internet checksum (RFC 1071).
std::uint16_t checksum(const Octets& bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        sum +=
            static_cast<std::uint32_t>(bytes[i] << 8U) + (i + 1 < bytes.size() ? bytes[i + 1] : 0U);
    }
    while (sum >> 16U != 0) {
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum);
}

// Where the protocol keeps its checksum; beyond the end: it has none.
std::size_t checksum_place(std::uint8_t protocol) {
    return protocol == kTcp                          ? 16
           : protocol == kUdp                        ? 6
           : protocol == kIcmp || protocol == kIcmp6 ? 2
                                                     : 0xffff;
}

Octets with_checksum(const Packet& packet) {
    Octets transport = packet.transport;
    const std::size_t place = checksum_place(packet.protocol);
    if (place + 2 > transport.size()) {
        return transport;
    }
    Octets covered;
    if (packet.protocol != kIcmp) {  // a pseudo header comes first
        append(covered, wire_form(packet.source));
        append(covered, wire_form(packet.target));
        put32(covered, transport.size());
        put32(covered, packet.protocol);
    }
    append(covered, transport);
    const std::uint16_t sum = checksum(covered);
    transport[place] = static_cast<std::uint8_t>(sum >> 8U);
    transport[place + 1] = static_cast<std::uint8_t>(sum);
    return transport;
}

Octets ipv4(const Packet& packet, std::span<const std::uint8_t> payload, std::uint16_t fragment) {
    const std::size_t head_bytes = 20 + packet.options.size();
    Octets bytes;
    bytes.push_back(static_cast<std::uint8_t>(0x40U | head_bytes / 4));
    bytes.push_back(0);
    put16(bytes, head_bytes + payload.size());
    put16(bytes, packet.identity);
    put16(bytes, fragment);
    bytes.push_back(packet.hops);
    bytes.push_back(packet.protocol);
    put16(bytes, 0);
    append(bytes, wire_form(packet.source));
    append(bytes, wire_form(packet.target));
    append(bytes, packet.options);
    const std::uint16_t sum = checksum(bytes);
    bytes[10] = static_cast<std::uint8_t>(sum >> 8U);
    bytes[11] = static_cast<std::uint8_t>(sum);
    append(bytes, payload);
    return bytes;
}

Octets ipv6(const Packet& packet, std::span<const std::uint8_t> payload) {
    Octets bytes;
    put32(bytes, 0x60000000U);
    put16(bytes, packet.options.size() + payload.size());
    bytes.push_back(packet.options.empty() ? packet.protocol : packet.first_header);
    bytes.push_back(packet.hops);
    append(bytes, wire_form(packet.source));
    append(bytes, wire_form(packet.target));
    append(bytes, packet.options);
    append(bytes, payload);
    return bytes;
}

Octets fragment(const Packet& packet, std::span<const std::uint8_t> part, std::size_t offset,
                bool more) {
    if (packet.source.is_v4()) {
        return ipv4(packet, part,
                    static_cast<std::uint16_t>(offset / 8 | (more ? kMoreFragments : 0U)));
    }
    Packet with_header = packet;
    with_header.first_header = kFragmentHeader;
    with_header.options = {packet.protocol, 0};
    put16(with_header.options, offset | (more ? 1U : 0U));
    put32(with_header.options, packet.identity);
    return ipv6(with_header, part);
}

}  // namespace

Octets bytes_of(const Tcp& segment) {
    Octets bytes;
    put16(bytes, segment.source);
    put16(bytes, segment.target);
    put32(bytes, segment.sequence);
    put32(bytes, segment.acknowledged);
    bytes.push_back(static_cast<std::uint8_t>((20 + segment.options.size()) / 4 << 4U));
    bytes.push_back(segment.flags);
    put16(bytes, 64'000);
    put32(bytes, 0);
    append(bytes, segment.options);
    append(bytes, segment.payload);
    return bytes;
}

Octets bytes_of(const Udp& datagram) {
    Octets bytes;
    put16(bytes, datagram.source);
    put16(bytes, datagram.target);
    put16(bytes, 8 + datagram.payload.size());
    put16(bytes, 0);
    append(bytes, datagram.payload);
    return bytes;
}

Octets icmp(std::uint8_t type, std::uint8_t code, Octets rest) {
    Octets bytes{type, code, 0, 0};
    append(bytes, rest);
    return bytes;
}

Octets bytes_of(const Packet& packet) {
    const Octets transport = with_checksum(packet);
    return packet.source.is_v4() ? ipv4(packet, transport, 0) : ipv6(packet, transport);
}

Packet packet(const IpAddress& source, const IpAddress& target, const Tcp& segment) {
    return {.source = source, .target = target, .protocol = kTcp, .transport = bytes_of(segment)};
}

Packet packet(const IpAddress& source, const IpAddress& target, const Udp& datagram) {
    return {.source = source, .target = target, .protocol = kUdp, .transport = bytes_of(datagram)};
}

std::vector<Octets> in_fragments(const Packet& packet, std::size_t first_bytes) {
    const Octets transport = with_checksum(packet);
    const std::span<const std::uint8_t> whole{transport};
    return {fragment(packet, whole.first(first_bytes), 0, true),
            fragment(packet, whole.subspan(first_bytes), first_bytes, false)};
}

}  // namespace portcullis::test
