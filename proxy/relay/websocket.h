// The two fields of a WebSocket handshake that HTTP/1 has and HTTP/2 has not (RFC 6455, 4; RFC
// 8441, 5).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace portcullis::relay {

using WebSocketKey = std::array<char, 24>;

// A new Sec-WebSocket-Key: sixteen random bytes in base64.
WebSocketKey make_websocket_key();

// The Sec-WebSocket-Accept that proves that its sender has read the key.
std::string websocket_accept(std::string_view key);

}  // namespace portcullis::relay
