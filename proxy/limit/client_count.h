// How many connections each client (keys.h) has open on this worker, and how many bytes they have
// us hold. The networks around IPv6 clients may have a multiple (keys.h).
#pragma once

#include "base/client_tally.h"
#include "config/types/cidr.h"

#include <cstddef>

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

    // What it has open.
    [[nodiscard]] std::size_t connections(const IpAddress& client) const;

    // Clients with an open connection, and networks around them.
    [[nodiscard]] std::size_t clients() const { return connections_.size(); }

  private:
    // Only clients with an open connection are here, so connections_per_worker bounds them.
    ClientTally connections_;
    ClientTally bytes_;
};

}  // namespace portcullis::limit
