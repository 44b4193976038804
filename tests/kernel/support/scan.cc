#include "tests/kernel/support/scan.h"

namespace portcullis::test {

std::vector<Octets> scan_of(const IpAddress& source, const IpAddress& target) {
    std::vector<Octets> packets;
    packets.reserve(2 * kPortsMax);
    for (std::size_t port = 1; port <= kPortsMax; ++port) {
        packets.push_back(
            bytes_of(packet(source, target, Tcp{.target = static_cast<std::uint16_t>(port)})));
    }
    for (std::size_t port = 1; port <= kPortsMax; ++port) {
        packets.push_back(
            bytes_of(packet(source, target, Udp{.target = static_cast<std::uint16_t>(port)})));
    }
    return packets;
}

}  // namespace portcullis::test
