#include "proxy/relay/copy.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace portcullis::relay {
namespace {

// Gives its pieces one by one, and waits once between two of them.
struct Script final : Source {
    explicit Script(std::deque<Piece> all) : pieces{std::move(all)} {}

    Piece next() override {
        if (pieces.empty()) {
            return {Piece::Kind::done};
        }
        const Piece piece = pieces.front();
        pieces.pop_front();
        return piece;
    }

    Task<Fault> more() override { co_return waiting; }

    [[nodiscard]] Trailers trailers() const override { return {}; }

    std::deque<Piece> pieces;
    Fault waiting = Fault::none;
};

struct Record final : Sink {
    Task<Fault> send(std::string_view data) override {
        got += data;
        co_return fails ? Fault::client_gone : Fault::none;
    }

    Task<Fault> flush() override {
        got += "|";
        co_return Fault::none;
    }

    Task<Fault> end(Trailers) override {
        got += ".";
        co_return Fault::none;
    }

    std::string got;
    bool fails = false;
};

Piece data(std::string_view text) {
    return {Piece::Kind::data, text};
}

class Copy : public testing::Test {
  protected:
    void run(Source& one, Source& other) {
        Task<> both = copy_both_ways({one, right, to_right}, {other, left, to_left},
                                     std::chrono::hours{1}, [this] { ++cancelled; });
        ASSERT_TRUE(both.done());
    }

    Record left;
    Record right;
    std::uint64_t to_left = 0;
    std::uint64_t to_right = 0;
    int cancelled = 0;
};

TEST_F(Copy, CarriesEachWayToItsEnd) {
    Script one{{data("ab"), {}, data("c")}};
    Script other{{data("answer")}};
    run(one, other);
    EXPECT_EQ(right.got, "ab|c.") << "what waits is flushed first";
    EXPECT_EQ(left.got, "answer.");
    EXPECT_EQ(to_right, 3U);
    EXPECT_EQ(to_left, 6U);
    EXPECT_EQ(cancelled, 0);
}

TEST_F(Copy, EndsTheOtherWayWhenOneBreaks) {
    for (const Fault fault : {Fault::client_gone, Fault::origin_cut_body}) {
        cancelled = 0;
        Script broken{{data("ab"), {}, data("never")}};
        broken.waiting = fault;
        Script fine{{}};
        run(broken, fine);
        EXPECT_EQ(cancelled, 1);
    }
    EXPECT_EQ(right.got, "ab|ab|") << "and says no end";
}

TEST_F(Copy, BreaksWhenItsTargetTakesNothing) {
    right.fails = true;
    Script one{{data("ab"), data("c")}};
    Script fine{{}};
    run(one, fine);
    EXPECT_EQ(right.got, "ab");
    EXPECT_EQ(cancelled, 1);
}

TEST_F(Copy, BreaksOnWhatIsMalformed) {
    Script one{{{Piece::Kind::failed}}};
    Script fine{{}};
    run(one, fine);
    EXPECT_EQ(right.got, "");
    EXPECT_EQ(cancelled, 1);
}

TEST_F(Copy, WaitsOnWhileTheOtherWayMoves) {
    // The wait has timed out, but bytes moved a moment ago.
    Script one{{data("ab"), {}, data("c")}};
    one.waiting = Fault::origin_slow_body;
    Script fine{{}};
    run(one, fine);
    EXPECT_EQ(right.got, "ab|c.");
    EXPECT_EQ(cancelled, 0);
}

}  // namespace
}  // namespace portcullis::relay
