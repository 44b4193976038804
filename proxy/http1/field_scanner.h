// Finds and validates the two things a message head is made of: its start line and its field lines.
// Positions count from the message's first byte, so the buffer may move between calls.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace portcullis::http1 {

enum class Step : std::uint8_t { more, done, failed };

// Everything up to the first CRLF, whatever it holds besides CR and LF.
class LineScanner {
  public:
    // bytes: the whole message so far. bytes_max counts the line without its CRLF; a longer one
    // fails with Refusal::request_line_too_long as soon as that is certain.
    Step feed(std::string_view bytes, std::size_t bytes_max);

    // After done.
    [[nodiscard]] std::string_view line(std::string_view bytes) const {
        return bytes.substr(begin_, position_ - 2 - begin_);
    }

    [[nodiscard]] std::size_t position() const { return position_; }  // after its CRLF

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    void start(std::size_t at) { *this = LineScanner{at}; }

    LineScanner() = default;

  private:
    explicit LineScanner(std::size_t at) : begin_{at}, position_{at} {}

    Step fail(http::Refusal refusal);

    std::size_t begin_ = 0;
    std::size_t position_ = 0;  // everything before it is neither CR nor LF
    http::Refusal refusal_ = http::Refusal::none;
};

// Field lines up to and with the empty line that ends them (RFC 9112, 5): of a head, or of a
// trailer section.
class FieldScanner {
  public:
    // Appends each complete field as views into bytes; views from an earlier call are moved along
    // when the buffer has moved. bytes_max counts all field lines with their CRLFs, without the
    // empty line.
    Step feed(std::string_view bytes, std::size_t bytes_max, std::size_t fields_max,
              std::vector<http::Field>& fields);

    [[nodiscard]] std::size_t position() const {
        return position_;
    }  // after done: behind the empty line

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    void start(std::size_t at) { *this = FieldScanner{at}; }

    FieldScanner() = default;

  private:
    enum class State : std::uint8_t { line_start, name, value };

    explicit FieldScanner(std::size_t at) : begin_{at}, position_{at} {}

    Step fail(http::Refusal refusal);

    std::size_t begin_ = 0;
    std::size_t position_ = 0;
    std::size_t line_ = 0;        // where the field line under way begins; set from State::name on
    std::size_t colon_ = 0;       // set in State::value
    const char* base_ = nullptr;  // the buffer of the last feed()
    State state_ = State::line_start;
    http::Refusal refusal_ = http::Refusal::none;
};

}  // namespace portcullis::http1
