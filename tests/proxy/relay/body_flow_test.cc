#include "proxy/relay/body_flow.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace portcullis::relay {
namespace {

// Gives what it was told to, then waits once for each "nothing" that it holds.
class Script final : public Source {
  public:
    explicit Script(std::deque<Piece> all) : pieces{std::move(all)} {}

    Piece next() override {
        const Piece piece = pieces.front();
        if (piece.kind == Piece::Kind::data) {
            pieces.pop_front();
        }
        return piece;
    }

    Task<Fault> more() override {
        pieces.pop_front();
        co_return pieces.empty() ? Fault::client_gone : Fault::none;
    }

    [[nodiscard]] Trailers trailers() const override { return fields; }

    std::deque<Piece> pieces;
    std::vector<http::Field> fields{{"Sum", "1"}};
};

class Record final : public Sink {
  public:
    Task<Fault> send(std::string_view data) override {
        log.append(data);
        co_return takes ? Fault::none : Fault::origin_reset;
    }

    Task<Fault> flush() override {
        log += "|";
        co_return Fault::none;
    }

    Task<Fault> end(Trailers trailers) override {
        log += "." + std::string{trailers[0].name};
        co_return Fault::none;
    }

    std::string log;
    bool takes = true;
};

constexpr Piece kNothing{};
constexpr Piece kDone{Piece::Kind::done};

Piece data(std::string_view text) {
    return {Piece::Kind::data, text};
}

Fault pass(Source& source, Sink& sink, std::uint64_t& bytes) {
    Fault fault = Fault::worker_full;
    const auto run = [](Source& from, Sink& to, std::uint64_t& count, Fault& how) -> Task<> {
        how = co_await pass_body(from, to, Fault::bad_request, count);
    };
    spawn(run(source, sink, bytes, fault));
    return fault;
}

TEST(PassBody, FlushesBeforeEachWaitAndEndsWithTheTrailers) {
    Script source{{data("a"), data("b"), kNothing, data("c"), kDone}};
    Record sink;
    std::uint64_t bytes = 0;
    EXPECT_EQ(pass(source, sink, bytes), Fault::none);
    EXPECT_EQ(sink.log, "ab|c.Sum");
    EXPECT_EQ(bytes, 3U);
}

TEST(PassBody, SaysWhichSideFailed) {
    Script cut{{data("a"), kNothing}};
    Record sink;
    std::uint64_t bytes = 0;
    EXPECT_EQ(pass(cut, sink, bytes), Fault::client_gone);
    Script malformed{{data("a"), {Piece::Kind::failed}}};
    EXPECT_EQ(pass(malformed, sink, bytes), Fault::bad_request);
    Script well{{data("a"), kDone}};
    sink.takes = false;
    EXPECT_EQ(pass(well, sink, bytes), Fault::origin_reset);
}

}  // namespace
}  // namespace portcullis::relay
