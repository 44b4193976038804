// Names for buckets: hashes that nobody outside can foresee, so that no client can choose to share
// another's bucket. They last as long as the process.
#pragma once

#include "base/client_tally.h"
#include "config/types/cidr.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace portcullis::limit {

// What a bucket counts.
enum class Counted : std::uint8_t { connections, requests, offences };

// A client is an IPv4 address or an IPv6 /64: the smallest network that one subscriber is given.
IpAddress client_of(const IpAddress& address);

// Networks around an IPv6 client, which providers give to one subscriber as well, and how many
// clients' worth each may have: a single /48 has 65,536 networks of 64 bits.
constexpr std::size_t kShareOf56 = 4;
constexpr std::size_t kShareOf48 = 16;

// A client's names in a tally: its own, and those of the networks around it. Any thread.
ClientKeys keys_of(const IpAddress& client);

// By multiplication: for what happens with every connection and request. Any thread.
std::uint64_t key_of(Counted what, const IpAddress& client);
// The same of one of keys_of().
std::uint64_t key_of(Counted what, const ClientKey& key);
// By HMAC with SHA-256: for words that clients choose. The parts are told apart. Any thread.
std::uint64_t key_of(std::initializer_list<std::string_view> parts);

}  // namespace portcullis::limit
