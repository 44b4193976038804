// Parses one HTTP/1 message head (RFC 9112, sections 2 to 5) from bytes that arrive in pieces.
// Strict: what the RFC allows a recipient to tolerate is refused. Not for bodies: framing.h decides their
// length, chunked.h decodes them. Never throws; allocates only when the list of fields must grow.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"

#include <cstddef>
#include <string_view>

namespace portcullis::http1 {

struct HeadLimits {
    std::size_t start_line_bytes = 8U << 10U;   // request or status line without CRLF
    std::size_t header_bytes = 32U << 10U;      // all field lines with their CRLFs
    std::size_t fields = 100;
};

enum class Step : std::uint8_t { more, done, failed };

// One leading empty line is skipped before a request (RFC 9112, 2.2), none before an answer.
class RequestParser {
  public:
    // bytes: everything received since the message began. Only what is new since the last call is examined,
    // so feeding byte by byte costs the same; the buffer may have moved in between.
    Step feed(std::string_view bytes, const HeadLimits& limits);
    // After done: views into the bytes of the last feed().
    [[nodiscard]] const http::RequestHead& head() const { return head_; }
    // After done: how many bytes the head took, its final CRLF CRLF included.
    [[nodiscard]] std::size_t consumed() const;
    // After failed.
    [[nodiscard]] http::Refusal refusal() const;
    // Ready for the next message; keeps the capacity of the list of fields.
    void reset();
};

class ResponseParser {
  public:
    Step feed(std::string_view bytes, const HeadLimits& limits);
    [[nodiscard]] const http::ResponseHead& head() const;
    [[nodiscard]] std::size_t consumed() const;
    [[nodiscard]] http::Refusal refusal() const;
    void reset();
};

}  // namespace portcullis::http1
