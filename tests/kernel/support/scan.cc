#include "tests/kernel/support/scan.h"

namespace portcullis::test {

namespace {

// The same packet to another port. Its checksum was made for port 0, and a sum of ones' complement
// can be added to (RFC 1624).
Octets to_port(const Octets& packet, std::size_t transport, std::size_t checksum,
               std::size_t port) {
    Octets bytes = packet;
    bytes[transport + 2] = static_cast<std::uint8_t>(port >> 8U);
    bytes[transport + 3] = static_cast<std::uint8_t>(port);
    const std::size_t at = transport + checksum;
    std::size_t sum = (~(std::size_t{bytes[at]} << 8U | bytes[at + 1]) & 0xffffU) + port;
    sum = ~((sum & 0xffffU) + (sum >> 16U)) & 0xffffU;
    bytes[at] = static_cast<std::uint8_t>(sum >> 8U);
    bytes[at + 1] = static_cast<std::uint8_t>(sum);
    return bytes;
}

}  // namespace

std::vector<Octets> scan_of(const IpAddress& source, const IpAddress& target) {
    const std::size_t transport = source.is_v4() ? 20 : 40;
    const Octets syn = bytes_of(packet(source, target, Tcp{.target = 0}));
    const Octets datagram = bytes_of(packet(source, target, Udp{.target = 0}));
    std::vector<Octets> packets;
    packets.reserve(2 * kPortsMax);
    for (std::size_t port = 1; port <= kPortsMax; ++port) {
        packets.push_back(to_port(syn, transport, 16, port));
    }
    for (std::size_t port = 1; port <= kPortsMax; ++port) {
        packets.push_back(to_port(datagram, transport, 6, port));
    }
    return packets;
}

}  // namespace portcullis::test
