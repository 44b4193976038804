// How long a message's body is (RFC 9112, section 6.3): the decision that request smuggling is
// about.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/message.h"
#include "proxy/http/refusal.h"

#include <cstdint>

namespace portcullis::http1 {

enum class BodyKind : std::uint8_t { none, length, chunked, until_close };

struct Framing {
    BodyKind kind = BodyKind::none;
    std::uint64_t length = 0;  // for BodyKind::length; never 0 there (that is none)
    http::Refusal refusal = http::Refusal::none;  // set: the message must not be forwarded
};

// How the message is told of to another protocol, or to another connection.
constexpr http::Body body_of(const Framing& framing) {
    switch (framing.kind) {
        case BodyKind::none:
            return {};
        case BodyKind::length:
            return {http::Body::Kind::length, framing.length};
        case BodyKind::chunked:
        case BodyKind::until_close:
            break;
    }
    return {http::Body::Kind::open, 0};
}

Framing request_framing(const http::RequestHead& head);
// to_head: the request was HEAD; 1xx, 204 and 304 have no body whatever their fields say. Those of
// answers to HEAD and of 304 must still be sound, for they reach the client.
Framing response_framing(const http::ResponseHead& head, bool to_head);

// Whether the sender of a response that has no body by definition may send one nevertheless: a 1xx
// or 204 that announces one, a 304 with Transfer-Encoding. What then comes on its connection is not
// to be taken for the next response. Not for responses to HEAD, which announce what GET would get.
bool announces_more(const http::ResponseHead& head);

// Whether the connection may carry another message after this one, as its sender sees it
// (RFC 9112, 9.3): HTTP/1.1 unless "close", HTTP/1.0 only with "keep-alive".
bool keeps_alive(const http::RequestHead& head);
bool keeps_alive(const http::ResponseHead& head);

}  // namespace portcullis::http1
