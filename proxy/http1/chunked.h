// Decodes a chunked body (RFC 9112, section 7.1) from bytes that arrive in pieces. Strict: a size is 1 to 16
// hexadecimal digits, every line ends in CRLF, extensions are grammatical, bounded and dropped.
#pragma once

#include "proxy/http/head.h"
#include "proxy/http/refusal.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace portcullis::http1 {

class ChunkedDecoder {
  public:
    struct Piece {
        enum class Kind : std::uint8_t { more, data, done, failed };
        Kind kind = Kind::more;
        std::size_t consumed = 0;        // bytes of the input that are dealt with, data included
        std::string_view data;           // kind data: body bytes, a view into the input; never empty
    };

    // Gives the next piece of the input; call again with the rest until more, done or failed.
    // On more everything given has been consumed.
    Piece next(std::string_view bytes);

    [[nodiscard]] http::Refusal refusal() const;     // after failed
    // After done: the trailer section's validated field lines, "name: value\r\n" each; usually empty.
    // Fields that a trailer must not carry (RFC 9110, 6.5.1: framing, routing, authentication) are left out.
    [[nodiscard]] const std::string& trailers() const;
    void reset();
};

}  // namespace portcullis::http1
