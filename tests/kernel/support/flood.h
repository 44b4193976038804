// SYNs to 443 from whom one likes, and packets as fast as a link takes them.
#pragma once

#include "tests/kernel/support/wire.h"

#include <atomic>
#include <cstdint>
#include <thread>

namespace portcullis::test {

// Of public addresses that nobody here has; the same ones for the same seed.
std::vector<Octets> syns_of_strangers(std::size_t count, const IpAddress& target, unsigned seed);

// All from one source, by different ports.
std::vector<Octets> syns_of(std::size_t count, const IpAddress& source, const IpAddress& target);

// Sends the packets over and over, in a thread of its own, until the end of the scope.
class Fire {
  public:
    Fire(const NetNamespace& from, const std::string& interface, std::vector<Octets> packets,
         const Mac& target);

    ~Fire() { cease(); }

    Fire(const Fire&) = delete;
    Fire& operator=(const Fire&) = delete;

    // How often all of them have been sent.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

    // Ends after a whole round: each packet was sent rounds() times.
    std::uint64_t cease();

  private:
    std::vector<Octets> packets_;
    Wire wire_;
    std::atomic<bool> over_{false};
    std::atomic<std::uint64_t> rounds_{0};
    std::thread thread_;
};

}  // namespace portcullis::test
