// Requests that ask to leave HTTP/1.1 on the same connection (RFC 9110, 7.8), as WebSocket
// handshakes do.
#pragma once

#include "proxy/http/head.h"

#include <string_view>

namespace portcullis::http1 {

// The one protocol that the request asks for: a view of its Upgrade field, empty when it asks for
// none. A list, a name with a version ("TLS/1.0") and a request of HTTP/1.0 ask for none: the
// origin might choose another one than we think. A WebSocket is asked for by GET without a body
// (RFC 6455, 4.1). Whether the request becomes a tunnel is for the service to allow and for the
// origin to say, with 101; until then every byte behind the request may be the next request.
std::string_view asked_upgrade(const http::RequestHead& head);

}  // namespace portcullis::http1
