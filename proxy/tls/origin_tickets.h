// What one endpoint has given us to resume TLS sessions with. One for each endpoint and worker.
#pragma once

#include "base/handle.h"

#include <openssl/ssl.h>

#include <cstddef>
#include <deque>

namespace portcullis::tls {

class OriginTickets {
  public:
    using Ticket = Handle<SSL_SESSION, SSL_SESSION_free>;

    // A connection brings one or two, and each serves one connection; each takes some kilobytes.
    static constexpr std::size_t kKept = 4;

    // Beyond kKept, the oldest is dropped.
    void keep(Ticket ticket);
    // The newest that can still be used, or null. One of TLS 1.3 is for one use (RFC 8446, C.4),
    // one of TLS 1.2 stays. A certificate that has expired since is not believed for another day
    // because of its ticket.
    Ticket take();

    [[nodiscard]] std::size_t size() const { return kept_.size(); }

  private:
    std::deque<Ticket> kept_;  // the newest at the end
};

}  // namespace portcullis::tls
