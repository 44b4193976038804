#include "proxy/relay/http2_origin.h"

#include "tests/proxy/relay/http2_origin_fixture.h"

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::keep_result;

class Http2OriginTest : public test::Http2OriginFixture {};

TEST_F(Http2OriginTest, AsksAndReadsAnAnswerWithItsTrailers) {
    EXPECT_EQ(ask(), Fault::none);
    EXPECT_TRUE(listener.log.starts_with("GET ")) << listener.log;
    EXPECT_NE(listener.log.find(" /x?y ends "), std::string::npos) << listener.log;
    const std::vector<http::Field> fields = {{"Server", "x"}};
    peer.answer(stream(), 200, fields, false);
    peer.send_data(stream(), "hello", false);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    EXPECT_EQ(side->answer().status, 200);
    EXPECT_EQ(side->answer().reason, "OK") << "HTTP/1 has one";
    EXPECT_EQ(side->answer().find("server")->value, "x");
    EXPECT_EQ(side->body().kind, http::Body::Kind::open);
    EXPECT_EQ(rest(), "hello");
    EXPECT_EQ(side->next().kind, Piece::Kind::nothing);
    const std::vector<http::Field> trailers = {{"sum", "1"}};
    peer.send_trailers(stream(), trailers);
    EXPECT_EQ(run(side->more()), Fault::none);
    EXPECT_EQ(side->next().kind, Piece::Kind::done);
    ASSERT_EQ(side->trailers().size(), 1U);
    EXPECT_EQ(side->trailers()[0].name, "sum");
    EXPECT_EQ(side->trailers()[0].value, "1");
}

// What the peer does not consume stops the sender: that is the backpressure.
// And what we do not read stops the peer.
TEST_F(Http2OriginTest, ReadsInterimHeadsOneByOne) {
    EXPECT_EQ(ask(), Fault::none);
    peer.answer_interim(stream(), 103, {});
    peer.answer(stream(), 204, {}, true);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    EXPECT_EQ(side->answer().status, 103);
    EXPECT_TRUE(side->answered());
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    EXPECT_EQ(side->answer().status, 204);
    EXPECT_EQ(side->next().kind, Piece::Kind::done);
}

TEST_F(Http2OriginTest, ARefusedStreamIsUntouched) {
    EXPECT_EQ(ask(), Fault::none);
    EXPECT_FALSE(side->untouched());
    peer.reset(stream(), http2::Code::refused_stream);
    EXPECT_EQ(run(side->read_head(5s)), Fault::origin_reset);
    EXPECT_TRUE(side->untouched());
    EXPECT_FALSE(side->answered());
}

TEST_F(Http2OriginTest, AnyOtherResetIsNot) {
    EXPECT_EQ(ask(), Fault::none);
    peer.reset(stream(), http2::Code::internal_error);
    EXPECT_EQ(run(side->read_head(5s)), Fault::origin_reset);
    EXPECT_FALSE(side->untouched());
}

TEST_F(Http2OriginTest, ABodyOfAnotherLengthIsMalformed) {
    EXPECT_EQ(ask(), Fault::none);
    const std::vector<http::Field> fields = {{"content-length", "10"}};
    peer.answer(stream(), 200, fields, false);
    peer.send_data(stream(), "short", true);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    EXPECT_EQ(side->body().length, 10U);
    EXPECT_EQ(rest(), "short");
    EXPECT_EQ(side->next().kind, Piece::Kind::failed);
}

TEST_F(Http2OriginTest, AnAnswerThatDoesNotComeIsTimedOutAndItsStreamReset) {
    EXPECT_EQ(ask(), Fault::none);
    Fault fault = Fault::none;
    const Task<> reading = keep_result(side->read_head(100ms), fault);
    loop.wheel().advance(200ms);
    EXPECT_EQ(fault, Fault::origin_timeout);
    side.reset();
    turns();
    EXPECT_NE(told().log.find("closed "), std::string::npos);
}

TEST_F(Http2OriginTest, ALostConnectionResetsIt) {
    EXPECT_EQ(ask(), Fault::none);
    Fault fault = Fault::none;
    const Task<> reading = keep_result(side->read_head(5s), fault);
    connection.link().lose(stream::End::reset);
    EXPECT_EQ(fault, Fault::origin_reset);
}

// RFC 8441: GET with Upgrade in HTTP/1, CONNECT with :protocol here.
TEST_F(Http2OriginTest, AsksForATunnelByConnectAndAnswersTheClientsKey) {
    const std::vector<http::Field> fields = {{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                             {"Sec-WebSocket-Version", "13"}};
    begin("GET", {}, "websocket", fields);
    EXPECT_EQ(run(side->end({})), Fault::none);
    EXPECT_TRUE(listener.log.starts_with("CONNECT ")) << listener.log;
    EXPECT_EQ(listener.heads[0]->request().protocol, "websocket");
    EXPECT_EQ(listener.heads[0]->request().find("sec-websocket-key"), nullptr);
    EXPECT_NE(listener.heads[0]->request().find("sec-websocket-version"), nullptr);
    peer.answer(stream(), 200, {}, false);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    EXPECT_EQ(side->answer().status, 101);
    EXPECT_EQ(side->answer().find("Upgrade")->value, "websocket");
    EXPECT_EQ(side->answer().find("Sec-WebSocket-Accept")->value, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    side->begin_tunnel(5s);
    EXPECT_EQ(run(side->send("hello")), Fault::none);
    EXPECT_EQ(told().body, "hello");
    EXPECT_EQ(run(side->end({})), Fault::none);
    EXPECT_EQ(told().log, "end ");
    peer.send_data(stream(), "goodbye", true);
    EXPECT_EQ(run(side->more()), Fault::none);
    EXPECT_EQ(rest(), "goodbye");
    EXPECT_EQ(side->next().kind, Piece::Kind::done);
}

}  // namespace
}  // namespace portcullis::relay
