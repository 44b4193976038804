// How many connections each client has open on this worker. A client is an IPv4 address or an IPv6
// /64: the smallest network that one subscriber is given.
#pragma once

#include "config/types/cidr.h"

#include <cstddef>
#include <unordered_map>

namespace portcullis::limit {

struct AddressHash {
    std::size_t operator()(const IpAddress& address) const noexcept;
};

class ClientCount {
  public:
    // Counts one more connection, unless the client has max already.
    bool try_enter(const IpAddress& client, std::size_t max);
    // After a successful try_enter() with the same address.
    void leave(const IpAddress& client);

    [[nodiscard]] std::size_t clients() const { return open_.size(); }

  private:
    // Only clients with an open connection are here, so connections_per_worker bounds it.
    std::unordered_map<IpAddress, std::size_t, AddressHash> open_;
};

}  // namespace portcullis::limit
