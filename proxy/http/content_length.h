// What a Content-Length says, and which one a message is sent with: the same in both versions of
// HTTP, because two readings of one length are how requests are smuggled.
#pragma once

#include "proxy/http/message.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace portcullis::http {

// RFC 9110, 8.6: 1*DIGIT, here at most 19 of them and at most 2^63-1; no sign, no list. Nothing for
// anything else.
std::optional<std::uint64_t> content_length(std::string_view text);

// Whether a response with that status to such a request has a body at all, whatever its fields say
// (RFC 9110, 6.4.1).
bool carries_body(int status, bool to_head);

// The Content-Length that a message is sent with; nothing where it has none. Whoever writes a
// message asks here, and nobody else writes this field. A length that was received does not count:
// it told of what arrived, and what is sent may be something else (a request for a tunnel, the
// answer of another service), so that the next message on the connection would be read as a body.
// Only where no body follows by definition (HEAD, 304) is a received length repeated.
std::optional<std::uint64_t> sent_length(const OutgoingRequest& request);
std::optional<std::uint64_t> sent_length(const OutgoingAnswer& answer, bool to_head);

}  // namespace portcullis::http
