// A body as far as its route lets it pass: so long and no longer, whatever its head announced, and
// with the trailers that the route's rules leave.
#pragma once

#include "proxy/relay/body_flow.h"
#include "proxy/relay/trailer_rules.h"

#include <cstdint>
#include <vector>

namespace portcullis::relay {

class LimitedSource final : public Source {
  public:
    // Without a limit until limit() is called, and without trailers until rule() is.
    explicit LimitedSource(Source& source) : source_{source} {}

    void limit(std::uint64_t bytes) { left_ = bytes; }

    void rule(const TrailerRules& rules) { rules_ = rules; }

    // Why next() said failed: the source has more than it may.
    [[nodiscard]] bool exceeded() const { return exceeded_; }

    Piece next() override {
        const Piece piece = source_.next();
        if (piece.kind == Piece::Kind::done) {
            rules_.apply(source_.trailers(), trailers_);
        }
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

    [[nodiscard]] Trailers trailers() const override { return trailers_; }

  private:
    Source& source_;
    std::uint64_t left_ = UINT64_MAX;
    bool exceeded_ = false;
    TrailerRules rules_;
    std::vector<http::Field> trailers_;  // after done; views of the source's
};

}  // namespace portcullis::relay
