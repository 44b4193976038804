// A body that may be so long and no longer, whatever its head announced.
#pragma once

#include "proxy/relay/body_flow.h"

#include <cstdint>

namespace portcullis::relay {

class LimitedSource final : public Source {
  public:
    // Without a limit until limit() is called.
    explicit LimitedSource(Source& source) : source_{source} {}

    void limit(std::uint64_t bytes) { left_ = bytes; }

    // Why next() said failed: the source has more than it may.
    [[nodiscard]] bool exceeded() const { return exceeded_; }

    Piece next() override {
        const Piece piece = source_.next();
        if (piece.kind != Piece::Kind::data) {
            return piece;
        }
        if (piece.data.size() > left_) {
            exceeded_ = true;
            return {Piece::Kind::failed};
        }
        left_ -= piece.data.size();
        return piece;
    }

    Task<Fault> more() override { return source_.more(); }

    [[nodiscard]] Trailers trailers() const override { return source_.trailers(); }

  private:
    Source& source_;
    std::uint64_t left_ = UINT64_MAX;
    bool exceeded_ = false;
};

}  // namespace portcullis::relay
