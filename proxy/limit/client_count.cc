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
    if (max == 0) {
        return false;
    }
    Open& open = open_[client_of(client)];
    if (open.connections >= max) {
        return false;
    }
    ++open.connections;
    return true;
}

void ClientCount::leave(const IpAddress& client) {
    Open& open = open_of(client);
    if (--open.connections == 0) {
        CHECK(open.bytes == 0 && "an exchange outlives its connection");
        open_.erase(client_of(client));
    }
}

bool ClientCount::try_hold(const IpAddress& client, std::size_t bytes, std::size_t max) {
    Open& open = open_of(client);
    if (open.bytes + bytes > max) {
        return false;
    }
    open.bytes += bytes;
    return true;
}

void ClientCount::release(const IpAddress& client, std::size_t bytes) {
    open_of(client).bytes -= bytes;
}

ClientCount::Open& ClientCount::open_of(const IpAddress& client) {
    const auto at = open_.find(client_of(client));
    CHECK(at != open_.end() && "a client that never entered");
    return at->second;
}

}  // namespace portcullis::limit
