// Where a body ends in what a peer sends, and how the same body is framed for the other peer.
#pragma once

#include "proxy/http1/chunked.h"
#include "proxy/http1/framing.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::relay {

class BodyReader {
  public:
    explicit BodyReader(const http1::Framing& framing)
        : kind_{framing.kind}, remaining_{framing.length} {}

    [[nodiscard]] bool done() const { return done_ || kind_ == http1::BodyKind::none; }

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    // The trailer section, ready to be written; only after a chunked body's end.
    [[nodiscard]] std::string_view trailers() const { return chunks_.trailers(); }

    // Body bytes among the given ones (a view into them), and how many of those are dealt with.
    // data is empty when only framing was consumed, or when refusal() says that it is malformed.
    struct Piece {
        std::string_view data;
        std::size_t consumed = 0;
    };

    Piece next(std::string_view bytes);

    // The peer will send no more. False: the body is not complete.
    bool close();

  private:
    http1::BodyKind kind_;
    std::uint64_t remaining_;  // of a body of known length
    bool done_ = false;
    http::Refusal refusal_ = http::Refusal::none;
    http1::ChunkedDecoder chunks_;
};

// Appends data, framed; nothing for empty data.
void write_body(std::string& out, http1::BodyKind kind, std::string_view data);
// Appends what ends the body.
void write_body_end(std::string& out, http1::BodyKind kind, std::string_view trailers);

}  // namespace portcullis::relay
