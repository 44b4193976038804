// How many connections each client (keys.h) has open on this worker, and how many bytes they have
// us hold.
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

    // So many bytes more, unless the client then had us hold more than max; while one of its
    // connections is open.
    bool try_hold(const IpAddress& client, std::size_t bytes, std::size_t max);
    // After a successful try_hold().
    void release(const IpAddress& client, std::size_t bytes);

    [[nodiscard]] std::size_t clients() const { return open_.size(); }

  private:
    struct Open {
        std::size_t connections = 0;
        std::size_t bytes = 0;
    };

    Open& open_of(const IpAddress& client);

    // Only clients with an open connection are here, so connections_per_worker bounds it.
    std::unordered_map<IpAddress, Open, AddressHash> open_;
};

}  // namespace portcullis::limit
