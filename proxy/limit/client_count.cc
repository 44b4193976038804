#include "proxy/limit/client_count.h"

#include "base/check.h"
#include "proxy/limit/keys.h"

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace portcullis::limit {

// Keyed by a random number of the process: an attacker who chooses addresses must not choose
// buckets.
std::size_t AddressHash::operator()(const IpAddress& address) const noexcept {
    static const std::uint64_t key = [] {
        std::uint64_t random = 0;
        FILE* source = std::fopen("/dev/urandom", "rb");
        CHECK(source != nullptr && std::fread(&random, sizeof random, 1, source) == 1);
        std::fclose(source);
        return random | 1U;
    }();
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, address.bytes().data(), sizeof high);
    std::memcpy(&low, address.bytes().data() + sizeof high, sizeof low);
    std::uint64_t mixed = (high ^ key) * 0xff51afd7ed558ccdU;
    mixed = (mixed ^ (mixed >> 32U) ^ low ^ (key >> 1U)) * 0xc4ceb9fe1a85ec53U;
    // Neighbouring addresses differ in the last bytes, which are the high bits here: a second round
    // brings them down.
    mixed = (mixed ^ (mixed >> 32U)) * 0x9fb21c651e98df25U;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
}

bool ClientCount::try_enter(const IpAddress& client, std::size_t max) {
    return connections_.try_add(keys_of(client), 1, max);
}

void ClientCount::leave(const IpAddress& client) {
    connections_.remove(keys_of(client), 1);
}

bool ClientCount::try_hold(const IpAddress& client, std::size_t bytes, std::size_t max) {
    return bytes_.try_add(keys_of(client), bytes, max);
}

void ClientCount::release(const IpAddress& client, std::size_t bytes) {
    bytes_.remove(keys_of(client), bytes);
}

std::size_t ClientCount::connections(const IpAddress& client) const {
    return connections_.of(keys_of(client));
}

}  // namespace portcullis::limit
