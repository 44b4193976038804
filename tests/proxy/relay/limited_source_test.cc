#include "proxy/relay/limited_source.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::relay {
namespace {

class Script final : public Source {
  public:
    Piece next() override {
        return at_ < 3 ? Piece{Piece::Kind::data, pieces_[at_++]} : Piece{Piece::Kind::done};
    }

    Task<Fault> more() override { co_return Fault::none; }

    [[nodiscard]] Trailers trailers() const override { return {}; }

  private:
    const std::string pieces_[3] = {"abc", "d", "ef"};
    std::size_t at_ = 0;
};

std::string read(std::uint64_t limit) {
    Script script;
    LimitedSource limited{script};
    limited.limit(limit);
    std::string text;
    for (;;) {
        const Piece piece = limited.next();
        if (piece.kind != Piece::Kind::data) {
            EXPECT_EQ(limited.exceeded(), piece.kind == Piece::Kind::failed);
            return text + (limited.exceeded() ? "!" : "");
        }
        text.append(piece.data);
    }
}

TEST(LimitedSource, PassesAsMuchAsItMayAndNoByteMore) {
    EXPECT_EQ(read(7), "abcdef");
    EXPECT_EQ(read(6), "abcdef");
    EXPECT_EQ(read(5), "abcd!");
    EXPECT_EQ(read(3), "abc!");
    EXPECT_EQ(read(0), "!");
}

}  // namespace
}  // namespace portcullis::relay
