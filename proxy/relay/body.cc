#include "proxy/relay/body.h"

#include <algorithm>

namespace portcullis::relay {

BodyReader::Piece BodyReader::next(std::string_view bytes) {
    switch (kind_) {
        case http1::BodyKind::none:
            return {};
        case http1::BodyKind::until_close:
            return {bytes, bytes.size()};
        case http1::BodyKind::length: {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
            remaining_ -= count;
            done_ = remaining_ == 0;
            return {bytes.substr(0, count), count};
        }
        case http1::BodyKind::chunked:
            break;
    }
    const http1::ChunkedDecoder::Piece piece = chunks_.next(bytes);
    done_ = piece.kind == http1::ChunkedDecoder::Piece::Kind::done;
    if (piece.kind == http1::ChunkedDecoder::Piece::Kind::failed) {
        refusal_ = chunks_.refusal();
    }
    return {piece.data, piece.consumed};
}

bool BodyReader::close() {
    done_ = done() || kind_ == http1::BodyKind::until_close;
    return done_;
}

}  // namespace portcullis::relay
