#include "proxy/relay/http1_flow.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <chrono>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using http1::BodyKind;
using test::drained;
using test::put;
using test::settle;

constexpr PeerFaults kFaults{.read_timeout = Fault::origin_slow_body,
                             .read_cut = Fault::origin_cut_body,
                             .write_timeout = Fault::origin_timeout,
                             .write_cut = Fault::origin_reset};
constexpr std::size_t kGather = 100;

Task<> keep_result(Task<Fault> task, Fault& result) {
    result = co_await std::move(task);
}

class Http1FlowTest : public testing::Test {
  protected:
    // What there is to read by now, and how that ends.
    std::string read_all() {
        std::string all;
        for (;;) {
            const Piece piece = flow.next();
            kind = piece.kind;
            if (kind != Piece::Kind::data) {
                return all;
            }
            all += piece.data;
        }
    }

    Fault more() {
        Fault fault = Fault::worker_full;  // what no flow says
        spawn(keep_result(flow.more(), fault));
        settle(loop);
        return fault;
    }

    Fault run(Task<Fault> task) {
        Fault fault = Fault::worker_full;
        spawn(keep_result(std::move(task), fault));
        settle(loop);
        return fault;
    }

    stream::Loop loop;
    test::LocalPair pair;
    stream::Stream stream{stream::Socket{loop, std::move(pair.ours)}};
    stream::Buffer in{loop.slab()};
    std::string out;
    Http1Flow flow{stream, in, out, kFaults, kGather, 5s};
    Piece::Kind kind = Piece::Kind::failed;
};

TEST_F(Http1FlowTest, HandsOutABodyAsItComesAndLeavesWhatIsBehindIt) {
    flow.expect({BodyKind::chunked, 0, {}});
    put(pair.theirs, "3\r\nhel\r\n2\r\nl");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(read_all(), "hell");
    EXPECT_EQ(kind, Piece::Kind::nothing);
    put(pair.theirs, "o\r\n0\r\nSum: 1\r\n\r\nnext");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(read_all(), "o");
    EXPECT_EQ(kind, Piece::Kind::done);
    EXPECT_TRUE(flow.read_all());
    ASSERT_EQ(flow.trailers().size(), 1U);
    EXPECT_EQ(flow.trailers()[0].name, "Sum");
    EXPECT_EQ(in.bytes(), "next");
}

// A body that nobody reads to its end must not become another message.
TEST_F(Http1FlowTest, WhatWasHandedOutIsGoneFromTheBuffer) {
    flow.expect({BodyKind::length, 10, {}});
    put(pair.theirs, "GET /");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(flow.next().data, "GET /");
    EXPECT_TRUE(in.empty());
    EXPECT_FALSE(flow.read_all());
}

TEST_F(Http1FlowTest, TellsAMalformedBodyFromACutOne) {
    flow.expect({BodyKind::chunked, 0, {}});
    put(pair.theirs, "x");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(flow.next().kind, Piece::Kind::failed);
    EXPECT_EQ(flow.refusal(), http::Refusal::bad_chunk_size);
    flow.expect({BodyKind::length, 10, {}});
    pair.theirs.reset();
    EXPECT_EQ(more(), Fault::origin_cut_body);
}

TEST_F(Http1FlowTest, ABodyUntilTheEndIsDoneThere) {
    flow.expect({BodyKind::until_close, 0, {}});
    put(pair.theirs, "all");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(read_all(), "all");
    EXPECT_EQ(kind, Piece::Kind::nothing);
    pair.theirs.reset();
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(flow.next().kind, Piece::Kind::done);
}

TEST_F(Http1FlowTest, ACancelledWaitSaysSo) {
    flow.expect({BodyKind::length, 10, {}});
    Fault fault = Fault::none;
    spawn(keep_result(flow.more(), fault));
    stream.socket().interrupt_read();
    EXPECT_EQ(fault, Fault::shutdown_deadline);
}

TEST_F(Http1FlowTest, CollectsSmallPiecesUntilTheyAreFlushed) {
    flow.begin(false);
    out = "head|";
    EXPECT_EQ(run(flow.send("one,")), Fault::none);
    EXPECT_EQ(run(flow.send("two,")), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "");
    EXPECT_FALSE(flow.written());
    EXPECT_EQ(run(flow.flush()), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "head|one,two,");
    EXPECT_TRUE(flow.written());
    EXPECT_EQ(run(flow.send("three")), Fault::none);
    EXPECT_EQ(run(flow.end({})), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "three");
}

TEST_F(Http1FlowTest, WritesALargePieceWithWhatWaited) {
    flow.begin(false);
    out = "head|";
    const std::string large(kGather, 'x');
    EXPECT_EQ(run(flow.send(large)), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "head|" + large);
    EXPECT_EQ(out, "");
}

TEST_F(Http1FlowTest, FramesChunksAndTheirEnd) {
    flow.begin(true);
    EXPECT_EQ(run(flow.send("hello")), Fault::none);
    const std::vector<http::Field> trailers = {{"Sum", "1"}};
    EXPECT_EQ(run(flow.end(trailers)), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "5\r\nhello\r\n0\r\nSum: 1\r\n\r\n");
}

TEST_F(Http1FlowTest, DoesNotCollectChunksWithoutBound) {
    flow.begin(true);
    std::string want;
    std::string got;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(run(flow.send(std::string(1000, 'x'))), Fault::none);
        EXPECT_LE(out.size(), stream::Slab::kLarge);
        got += drained(pair.theirs);
        want += "3e8\r\n" + std::string(1000, 'x') + "\r\n";
    }
    EXPECT_EQ(run(flow.flush()), Fault::none);
    EXPECT_EQ(got + drained(pair.theirs), want);
}

TEST_F(Http1FlowTest, BeginningAnewForgetsWhatHasNotLeft) {
    flow.begin(true);
    EXPECT_EQ(run(flow.send("never")), Fault::none);
    flow.begin(false);
    EXPECT_EQ(run(flow.send("instead")), Fault::none);
    EXPECT_EQ(run(flow.end({})), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "instead");
}

TEST_F(Http1FlowTest, APeerThatHasGoneIsToldApartFromASlowOne) {
    pair.theirs.reset();
    EXPECT_EQ(run(flow.send(std::string(1000, 'x'))), Fault::origin_reset);
}

TEST_F(Http1FlowTest, APeerThatMovesTooLittleIsNotWaitedForAnyMoreButInATunnel) {
    const std::string large(8U << 20U, 'x');
    limit::Pace spent{1};
    spent.note(1h, 0);
    for (const bool tunnel : {false, true}) {
        stream::Loop own;
        test::LocalPair two;
        stream::Stream to{stream::Socket{own, std::move(two.ours)}};
        stream::Buffer from{own.slab()};
        std::string begun;
        Http1Flow slow{to, from, begun, kFaults, kGather, 5s};
        slow.use_pace(spent, spent);
        if (tunnel) {
            slow.begin_tunnel(5s);
        }
        Fault fault = Fault::worker_full;
        Task<> sending = keep_result(slow.send(large), fault);
        settle(own);
        own.wheel().advance(1s);
        EXPECT_EQ(fault, tunnel ? Fault::worker_full : Fault::origin_timeout);
    }
}

TEST_F(Http1FlowTest, ATunnelCarriesBytesAsTheyAreAndEachEndByItself) {
    put(pair.theirs, "early");
    flow.expect({});
    flow.begin_tunnel(5s);
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(read_all(), "early");
    EXPECT_EQ(kind, Piece::Kind::nothing);
    EXPECT_EQ(run(flow.send("hello")), Fault::none);
    EXPECT_EQ(run(flow.end({})), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "hello");
    EXPECT_TRUE(test::at_end(pair.theirs));
    put(pair.theirs, "late");
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(read_all(), "late");
    pair.theirs.reset();
    EXPECT_EQ(more(), Fault::none);
    EXPECT_EQ(flow.next().kind, Piece::Kind::done);
}

}  // namespace
}  // namespace portcullis::relay
