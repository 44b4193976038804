#include "proxy/relay/http1_origin.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::drained;
using test::put;
using test::settle;

Task<> keep_result(Task<Fault> task, Fault& result) {
    result = co_await std::move(task);
}

class Http1OriginTest : public testing::Test {
  protected:
    origin::Lease leased() {
        origin::Lease held{endpoint};
        held.connection = std::make_unique<origin::Connection>(
            stream::Stream{stream::Socket{context.loop, std::move(pair.ours)}});
        return held;
    }

    Fault run(Task<Fault> task) {
        Fault fault = Fault::worker_full;  // what no side says
        spawn(keep_result(std::move(task), fault));
        settle(context.loop);
        return fault;
    }

    // A whole request with one answer for it.
    Fault ask(std::string_view answer, std::string_view method = "GET",
              std::string_view upgrade = {}) {
        side.begin_request({method, "/", "a.example", {}, {}, upgrade});
        EXPECT_EQ(run(side.end({})), Fault::none);
        put(pair.theirs, answer);
        return run(side.read_head(5s));
    }

    std::string rest() {
        std::string all;
        for (Piece piece = side.next(); piece.kind == Piece::Kind::data; piece = side.next()) {
            all += piece.data;
        }
        return all;
    }

    std::unique_ptr<observe::AccessLog> log = observe::AccessLog::open(LogConfig{}).value();
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
    test::LocalPair pair;
    std::shared_ptr<origin::Endpoint> endpoint = std::make_shared<origin::Endpoint>(
        EndpointConfig{}, std::make_shared<const ServiceConfig>());
    origin::Lease lease = leased();
    Http1Origin side{lease, context, 5s};
};

TEST_F(Http1OriginTest, GetsAHeadAndAShortBodyInOnePiece) {
    side.begin_request({"PUT", "/x", "a.example", {}, {http::Body::Kind::length, 4}, {}});
    EXPECT_EQ(run(side.send("body")), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "");
    EXPECT_EQ(run(side.end({})), Fault::none);
    EXPECT_EQ(drained(pair.theirs),
              "PUT /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\nbody");
}

TEST_F(Http1OriginTest, GetsABodyWithoutLengthInChunks) {
    side.begin_request({"PUT", "/x", "a.example", {}, {http::Body::Kind::open, 0}, {}});
    EXPECT_EQ(run(side.send("body")), Fault::none);
    EXPECT_EQ(run(side.end({})), Fault::none);
    EXPECT_EQ(drained(pair.theirs),
              "PUT /x HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: "
              "chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
}

TEST_F(Http1OriginTest, ItsConnectionIsKeptWhenBothSaidAllThereWas) {
    EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), Fault::none);
    EXPECT_EQ(side.body().length, 2U);
    EXPECT_EQ(rest(), "ok");
    side.finish(true);
    EXPECT_EQ(endpoint->idle(), 1U);
}

class Http1OriginUnkept : public Http1OriginTest,
                          public testing::WithParamInterface<const char*> {};

TEST_P(Http1OriginUnkept, ItsConnectionIsNotKept) {
    EXPECT_EQ(ask(GetParam()), Fault::none);
    EXPECT_EQ(rest(), "");
    side.finish(true);
    EXPECT_EQ(endpoint->idle(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, Http1OriginUnkept,
    testing::Values("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
                    "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nand more"));

// What an interim response announces may still come.
TEST_F(Http1OriginTest, IsNotKeptAfterAnInterimResponseThatAnnouncesABody) {
    EXPECT_EQ(ask("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n"
                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
              Fault::none);
    EXPECT_EQ(run(side.read_head(5s)), Fault::none);
    side.finish(true);
    EXPECT_EQ(endpoint->idle(), 0U);
}

TEST_F(Http1OriginTest, IsKeptAfterA204OrA304WithALengthThatIsNone) {
    EXPECT_EQ(ask("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), Fault::none);
    side.finish(true);
    EXPECT_EQ(endpoint->idle(), 1U) << "the length of what GET would get";
}

TEST_F(Http1OriginTest, SwitchesOnlyToWhatWasAskedFor) {
    EXPECT_EQ(ask("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "GET", "websocket"),
              Fault::origin_bad_answer);
}

TEST_F(Http1OriginTest, IsNotKeptWhileTheRequestIsIncomplete) {
    EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Fault::none);
    side.finish(false);
    EXPECT_EQ(endpoint->idle(), 0U);
}

// Of a service with response_parsing: lenient.
class Http1OriginLenient : public Http1OriginTest {
  protected:
    Http1OriginLenient() {
        endpoint->use({}, std::make_shared<const ServiceConfig>(
                              ServiceConfig{.response_parsing = ResponseParsing::lenient}));
        lenient.emplace(lease, context, 5s);
    }

    Fault ask_lenient(std::string_view answer) {
        lenient->begin_request({"GET", "/", "a.example", {}, {}, {}});
        EXPECT_EQ(run(lenient->end({})), Fault::none);
        put(pair.theirs, answer);
        return run(lenient->read_head(5s));
    }

    std::string body() {
        std::string all;
        for (Piece piece = lenient->next(); piece.kind == Piece::Kind::data;
             piece = lenient->next()) {
            all += piece.data;
        }
        return all;
    }

    std::optional<Http1Origin> lenient;
};

TEST_F(Http1OriginLenient, ReadsWhatAnOldOriginSays) {
    EXPECT_EQ(ask_lenient("HTTP/1.1 103\nLink: </a>\n\nHTTP/1.1 200 OK\nA: b\n c\n"
                          "Content-Length: 2\nContent-Length: 2\n\nok"),
              Fault::none);
    EXPECT_EQ(lenient->answer().status, 103);
    EXPECT_EQ(run(lenient->read_head(5s)), Fault::none);
    EXPECT_EQ(lenient->answer().status, 200);
    EXPECT_EQ(lenient->answer().find("A")->value, "b c");
    EXPECT_EQ(body(), "ok");
    lenient->finish(true);
    EXPECT_EQ(endpoint->idle(), 1U);
}

TEST_F(Http1OriginLenient, ReadsItsChunks) {
    EXPECT_EQ(ask_lenient("HTTP/1.1 200 OK\nTransfer-Encoding: chunked, chunked\n\n2\nok\n0\n\n"),
              Fault::none);
    EXPECT_EQ(body(), "ok");
}

TEST_F(Http1OriginLenient, RefusesADoubtAboutTheLength) {
    EXPECT_EQ(ask_lenient("HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3\n\nok"),
              Fault::origin_bad_answer);
}

TEST_F(Http1OriginTest, RefusesWhatOnlyALenientServiceMaySay) {
    EXPECT_EQ(ask("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), Fault::origin_bad_answer);
}

TEST_F(Http1OriginTest, TakesPaddedChunkSizes) {
    EXPECT_EQ(ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n0 \r\n\r\n"),
              Fault::none);
    EXPECT_EQ(rest(), "ok");
}

TEST_F(Http1OriginTest, SaysInterimHeadsOneByOne) {
    EXPECT_FALSE(side.answered());
    EXPECT_EQ(ask("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
              Fault::none);
    EXPECT_TRUE(side.answered());
    EXPECT_EQ(side.answer().status, 103);
    EXPECT_EQ(side.answer().find("Link")->value, "</a>");
    EXPECT_EQ(run(side.read_head(5s)), Fault::none);
    EXPECT_EQ(side.answer().status, 204);
    EXPECT_EQ(side.next().kind, Piece::Kind::done);
}

TEST_F(Http1OriginTest, SwitchesProtocolsOnlyWhenAsked) {
    const std::string switching =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    EXPECT_EQ(ask(switching), Fault::origin_bad_answer);
}

TEST_F(Http1OriginTest, AfterTheSwitchItsBytesAreTheTunnels) {
    EXPECT_EQ(ask("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                  "websocket\r\n\r\nearly",
                  "GET", "websocket"),
              Fault::none);
    EXPECT_TRUE(
        drained(pair.theirs).ends_with("Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
    side.begin_tunnel(5s);
    EXPECT_EQ(rest(), "early");
    EXPECT_EQ(run(side.send("hello")), Fault::none);
    EXPECT_EQ(run(side.flush()), Fault::none);
    EXPECT_EQ(drained(pair.theirs), "hello");
}

TEST_F(Http1OriginTest, WhatGoesWrongHasItsName) {
    EXPECT_EQ(run(side.read_head(-1s)), Fault::origin_timeout);
    put(pair.theirs, "not HTTP\r\n\r\n");
    EXPECT_EQ(run(side.read_head(5s)), Fault::origin_bad_answer);
    EXPECT_FALSE(side.untouched()) << "HTTP/1 never says";
}

TEST_F(Http1OriginTest, AnEndBeforeTheHeadIsAReset) {
    pair.theirs.reset();
    EXPECT_EQ(run(side.read_head(5s)), Fault::origin_reset);
    EXPECT_FALSE(side.answered());
}

TEST_F(Http1OriginTest, CancellingEndsItsWaits) {
    Fault fault = Fault::none;
    spawn(keep_result(side.read_head(5s), fault));
    side.cancel();
    EXPECT_EQ(fault, Fault::shutdown_deadline);
}

}  // namespace
}  // namespace portcullis::relay
