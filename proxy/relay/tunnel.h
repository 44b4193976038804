// After 101 Switching Protocols: bytes both ways, until both sides have said that they are done.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// x.origin holds the 101. Each side's end is passed on as a half-close; the tunnel ends when both
// directions have, when either side breaks, or when nothing moves either way for timeouts.tunnel.
Task<Fault> tunnel(Exchange& x);

}  // namespace portcullis::relay
