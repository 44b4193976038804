// A message as it is to be sent, before a protocol gives it its form. The fields are final: nothing
// is added to them but what belongs to one connection only (Host or :authority,
// Transfer-Encoding, Connection, Upgrade).
#pragma once

#include "proxy/http/head.h"

#include <cstdint>
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
    std::span<const Field> fields;  // Content-Length among them where there is one
    Body body;
    // The protocol of the tunnel that is asked for, "websocket"; else empty. The method is then
    // GET, whatever the version: HTTP/2 turns it into CONNECT with :protocol (RFC 8441).
    std::string_view upgrade;
};

struct OutgoingAnswer {
    int status = 0;                 // 101: the tunnel begins, in HTTP/2 with 200
    std::string_view reason;        // HTTP/2 has none
    std::span<const Field> fields;  // Content-Length among them where there is one
    Body body;
    std::string_view upgrade;  // of a 101
};

}  // namespace portcullis::http
