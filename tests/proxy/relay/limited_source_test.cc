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

    [[nodiscard]] Trailers trailers() const override { return trailers_; }

  private:
    const std::vector<http::Field> trailers_{{"X-A", "1"}, {"X-B", "2"}};
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

TEST(LimitedSource, HasTheTrailersThatTheRulesLeave) {
    Script script;
    LimitedSource limited{script};
    const RouteConfig route{.answer_headers = {.remove = {"X-B"}}};
    limited.rule(TrailerRules::of_response(route));
    while (limited.next().kind == Piece::Kind::data) {
        EXPECT_TRUE(limited.trailers().empty());
    }
    ASSERT_EQ(limited.trailers().size(), 1U);
    EXPECT_EQ(limited.trailers()[0].name, "X-A");
}

TEST(LimitedSource, HasNoTrailersWithoutRules) {
    Script script;
    LimitedSource limited{script};
    while (limited.next().kind == Piece::Kind::data) {
    }
    EXPECT_TRUE(limited.trailers().empty());
}

}  // namespace
}  // namespace portcullis::relay
