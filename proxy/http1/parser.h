// Parses one HTTP/1 message head (RFC 9112, sections 2 to 5) from bytes that arrive in pieces.
// Strict: what the RFC allows a recipient to tolerate is refused, but for a status line without the
// space before an empty reason, and minor versions beyond 1, which are 1.1 to us (RFC 9110, 2.5).
// Not for bodies: framing.h decides their length, chunked.h decodes them. Never throws; allocates
// only when the list of fields must grow.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"
#include "proxy/http1/field_scanner.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::http1 {

struct HeadLimits {
    std::size_t start_line_bytes = 8U << 10U;  // request or status line without CRLF
    std::size_t header_bytes = 32U << 10U;     // all field lines with their CRLFs
    std::size_t fields = 100;
};

// One leading empty line is skipped before a request (RFC 9112, 2.2), none before an answer.
class RequestParser {
  public:
    // bytes: everything received since the message began. Only what is new since the last call is
    // examined, so feeding byte by byte costs the same; the buffer may have moved in between.
    Step feed(std::string_view bytes, const HeadLimits& limits);

    // After done: views into the bytes of the last feed(), or into the parser. The authority is
    // empty where an HTTP/1.0 request has no Host: whoever owns the parser must name one, or refuse
    // the request as Refusal::missing_host.
    [[nodiscard]] const http::RequestHead& head() const { return head_; }

    [[nodiscard]] http::RequestHead& head() { return head_; }

    // After done: how many bytes the head took, its final CRLF CRLF included.
    [[nodiscard]] std::size_t consumed() const { return fields_.position(); }

    // After failed.
    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    // Ready for the next message; keeps the capacity of the list of fields.
    void reset();

  private:
    enum class State : std::uint8_t { empty_line, line, fields, done, failed };

    Step fail(http::Refusal refusal);
    Step finish(std::string_view bytes);

    http::RequestHead head_;
    std::string authority_;  // in plain form, where that is not how it was written
    LineScanner line_;
    FieldScanner fields_;
    const char* line_base_ =
        nullptr;  // the buffer that head_'s views of the request line point into
    State state_ = State::empty_line;
    http::Refusal refusal_ = http::Refusal::none;
};

class ResponseParser {
  public:
    Step feed(std::string_view bytes, const HeadLimits& limits);

    [[nodiscard]] const http::ResponseHead& head() const { return head_; }

    [[nodiscard]] std::size_t consumed() const { return fields_.position(); }

    // After failed. A status line that is too long is a bad_status_line.
    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    void reset();

  private:
    enum class State : std::uint8_t { line, fields, done, failed };

    Step fail(http::Refusal refusal);

    http::ResponseHead head_;
    LineScanner line_;
    FieldScanner fields_;
    const char* line_base_ = nullptr;
    State state_ = State::line;
    http::Refusal refusal_ = http::Refusal::none;
};

}  // namespace portcullis::http1
