// Decodes a chunked body (RFC 9112, section 7.1) from bytes that arrive in pieces. Strict: a size
// is 1 to 16 hexadecimal digits, every line ends in CRLF, extensions are grammatical, bounded and
// dropped. Of origins a little more is taken; whatever is taken is written again by us, in strict
// form.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"
#include "proxy/http1/field_scanner.h"
#include "proxy/http1/lenient.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http1 {

constexpr std::size_t kChunkExtensionBytesMax = 256;          // of one chunk
constexpr std::size_t kChunkExtensionsBytesMax = 16U << 10U;  // of one body
constexpr std::size_t kTrailerBytesMax = 8U << 10U;           // all trailer lines with their CRLFs
constexpr std::size_t kTrailerFieldsMax = 32;

// What is taken beyond the strict form.
enum class Tolerance : std::uint8_t {
    none,     // of requests: a difference in reading them is how requests are smuggled
    padding,  // of responses: whitespace behind a size and around an extension's ";" and "="
              // (RFC 9112, 7.1.1: bad whitespace, which a recipient must parse)
    lenient,  // of a service with response_parsing: lenient, also what LenientSection repairs
};

class ChunkedDecoder {
  public:
    explicit ChunkedDecoder(Tolerance tolerance = Tolerance::none) : tolerance_{tolerance} {}

    ChunkedDecoder(const ChunkedDecoder&) = delete;
    ChunkedDecoder& operator=(const ChunkedDecoder&) = delete;

    struct Piece {
        enum class Kind : std::uint8_t { more, data, done, failed };
        Kind kind = Kind::more;
        std::size_t consumed = 0;    // bytes of the input that are dealt with, data included
        std::string_view data = {};  // kind data: body bytes, a view into the input; never empty
    };

    // Gives the next piece of the input; call again with the rest until more, done or failed.
    // On more everything given has been consumed.
    Piece next(std::string_view bytes);

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }  // after failed

    // After done: the trailer section's fields, validated; usually none. Those that a trailer must
    // not carry (RFC 9110, 6.5.1: framing, routing, authentication) are left out. Views into the
    // decoder.
    [[nodiscard]] const std::vector<http::Field>& trailers() const { return trailers_; }

  private:
    enum class State : std::uint8_t {
        size,             // before and in the digits
        padding,          // behind whitespace that follows the digits
        extension_name,   // behind ";"
        after_name,       // behind whitespace that follows the name
        extension_value,  // behind "="
        quoted,           // behind the opening quote
        quoted_pair,      // behind "\" in a quoted string
        after_value,      // behind the closing quote, or whitespace that follows the value
        size_lf,          // behind the CR of the size line
        data,
        data_cr,
        data_lf,
        trailer,
        done,
        failed,
    };

    Piece fail(http::Refusal refusal);
    // One byte of a size line, or of the CRLF behind a chunk; Refusal::none when it may stand
    // there.
    http::Refusal take(char byte);
    http::Refusal take_size(char byte);
    http::Refusal take_padding(char byte);
    http::Refusal take_extension(char byte);
    http::Refusal begin_extension();
    // Counts a byte that is no part of the size; false when there are too many.
    bool count_extension();
    [[nodiscard]] bool pads(char byte) const;
    http::Refusal end_size_line();
    Piece take_trailer(std::string_view bytes, std::size_t consumed);
    Piece take_lenient_trailer(std::string_view bytes, std::size_t consumed, std::size_t before);
    Piece finish_trailer(std::size_t consumed);

    Tolerance tolerance_;
    State state_ = State::size;
    http::Refusal refusal_ = http::Refusal::none;
    bool empty_word_ = false;  // the extension's name or value has no byte yet
    std::uint8_t digits_ = 0;
    std::uint64_t left_ =
        0;  // of the chunk: its size while that is read, then its bytes still to come
    std::size_t extension_bytes_ = 0;    // of this chunk, its ";" included
    std::size_t extensions_bytes_ = 0;   // of the body so far
    std::string received_trailers_;      // as received
    std::vector<http::Field> trailers_;  // of received_trailers_
    FieldScanner scanner_;
    LenientSection lenient_{LenientSection::Part::trailers};
};

}  // namespace portcullis::http1
