// Requests that ask to leave HTTP/1.1 on the same connection (RFC 9110, 7.8), as WebSocket
// handshakes do.
#pragma once

#include "proxy/http/head.h"

namespace portcullis::http1 {

// GET of HTTP/1.1 without a body, with "upgrade" in Connection and a protocol in Upgrade. Whether
// it happens is the origin's to say, with 101.
bool asks_upgrade(const http::RequestHead& head);

}  // namespace portcullis::http1
