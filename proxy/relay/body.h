// Where a body ends in what an HTTP/1 peer sends.
#pragma once

#include "proxy/http1/chunked.h"
#include "proxy/http1/framing.h"
#include "proxy/relay/body_flow.h"

#include <cstdint>
#include <string_view>

namespace portcullis::relay {

class BodyReader {
  public:
    explicit BodyReader(const http1::Framing& framing,
                        http1::Tolerance tolerance = http1::Tolerance::none)
        : kind_{framing.kind}, remaining_{framing.length}, chunks_{tolerance} {}

    [[nodiscard]] bool done() const { return done_ || kind_ == http1::BodyKind::none; }

    [[nodiscard]] http::Refusal refusal() const { return refusal_; }

    // Only after a chunked body's end.
    [[nodiscard]] Trailers trailers() const { return chunks_.trailers(); }

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

}  // namespace portcullis::relay
