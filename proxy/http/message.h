// A message as it is to be sent, before a protocol gives it its form. The fields are final, and
// none of them frames the message: how a body is announced follows from body alone, and whoever
// writes the message adds it (content_length.h), with what belongs to one connection only (Host or
// :authority, Transfer-Encoding, Connection, Upgrade).
#pragma once

#include "proxy/http/head.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace portcullis::http {

// Whether a body follows a head, and how its end will be known.
struct Body {
    enum class Kind : std::uint8_t {
        none,
        length,  // so many bytes; never 0, that is none
        open,    // whoever sends it will say when it is over
    };
    Kind kind = Kind::none;
    std::uint64_t length = 0;
};

// Views and the fields live at least until the call that they are given to returns.
struct OutgoingRequest {
    std::string_view method;
    std::string_view target;  // path and query, or "*"
    std::string_view authority;
    std::span<const Field> fields;
    Body body;
    // The protocol of the tunnel that is asked for, else empty. That of "websocket" is GET without
    // a body, whatever the version: HTTP/2 turns it into CONNECT with :protocol (RFC 8441).
    std::string_view upgrade;
    // The Sec-WebSocket-Key among the fields, if it was made here for a client that speaks HTTP/2:
    // then nobody but us can check what the origin proves with it.
    std::string_view made_key = {};
};

struct OutgoingAnswer {
    int status = 0;           // 101: the tunnel begins, in HTTP/2 with 200
    std::string_view reason;  // HTTP/2 has none
    std::span<const Field> fields;
    Body body;
    std::string_view upgrade;  // of a 101
    // What Content-Length said of the body that a response to HEAD, or a 304, does not carry.
    std::optional<std::uint64_t> left_out = {};
};

}  // namespace portcullis::http
