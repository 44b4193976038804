// The sockets that clients arrive at.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "config/types/address.h"

#include <optional>

namespace portcullis::stream {

// A listening socket, and the address that it was asked for.
struct Listening {
    IpAddress address;
    Fd fd;
};

// A listening TCP socket, non-blocking, for one worker among several (SO_REUSEPORT). "::" takes
// both families, or IPv4 alone where the kernel has no IPv6.
Result<Fd> listen_on(const SocketAddress& address);

// Fails when another process listens there already: SO_REUSEPORT would let two share the port
// without a word.
Result<void> check_free(const SocketAddress& address);

struct Accepted {
    Fd fd;
    SocketAddress from;
};

// The next connection; nothing when there is none now. errno tells why: EAGAIN is nothing to worry
// about.
std::optional<Accepted> accept_next(int listener);

}  // namespace portcullis::stream
