#include "tests/kernel/support/flood.h"

#include <random>

namespace portcullis::test {

namespace {

constexpr std::uint32_t kFirstSource = 0x20000000,
                        kSources = 0x40000000;  // 32.0.0.0 to 95.255.255.255

}  // namespace

std::vector<Octets> syns_of_strangers(std::size_t count, const IpAddress& target, unsigned seed) {
    std::minstd_rand random{seed};
    std::vector<Octets> packets;
    packets.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = static_cast<std::uint32_t>(random());
        const IpAddress source = IpAddress::v4(kFirstSource + number % kSources);
        packets.push_back(bytes_of(
            packet(source, target, Tcp{.source = static_cast<std::uint16_t>(1'024 + i % 60'000)})));
    }
    return packets;
}

std::vector<Octets> syns_of(std::size_t count, const IpAddress& source, const IpAddress& target) {
    std::vector<Octets> packets;
    packets.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        packets.push_back(bytes_of(
            packet(source, target, Tcp{.source = static_cast<std::uint16_t>(1'024 + i % 60'000)})));
    }
    return packets;
}

Fire::Fire(const NetNamespace& from, const std::string& interface, std::vector<Octets> packets,
           const Mac& target)
    : packets_{std::move(packets)}, wire_{from, interface}, thread_{[this, target] {
          do {
              wire_.send(packets_, target);
              ++rounds_;
          } while (!over_);
      }} {}

std::uint64_t Fire::cease() {
    over_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
    return rounds_;
}

}  // namespace portcullis::test
