#include "proxy/http2/session.h"

#include "tests/proxy/http2/pair.h"

#include <gtest/gtest.h>

namespace portcullis::http2 {
namespace {

using test::kGet;
using test::kPost;
using test::Listener;
using test::Pair;

TEST(Http2Session, GivesTheSameExchangeHoweverItsBytesAreSplit) {
    for (const std::size_t piece : {1U, 2U, 7U, 100U, 65'536U}) {
        Pair pair;
        const http::Field accept{"Accept", "*/*"};
        Listener::Told& told = pair.open(kGet, {&accept, 1}, true);
        pair.talk(piece);
        ASSERT_EQ(pair.server_user.log, "GET a.example /x?y ends ");
        EXPECT_EQ(pair.server_user.heads[0]->request().path, "/x");
        EXPECT_EQ(pair.server_user.heads[0]->request().find("accept")->value, "*/*");
        Stream& stream = *pair.server_user.told[0]->stream;
        const http::Field type{"Content-Type", "text/plain"};
        pair.server.answer(stream, 200, {&type, 1}, false);
        pair.server.send_data(stream, "hello", true);
        pair.talk(piece);
        EXPECT_EQ(told.log, "answer 200 end closed 0 ");
        EXPECT_EQ(told.body, "hello");
        EXPECT_EQ(pair.server_user.told[0]->log, "sent closed 0 ");
        EXPECT_EQ(pair.server.streams() + pair.client.streams(), 0U);
    }
}

// A head as long as limits.header_bytes can be, with what is added on the way to an origin: it
// arrives whole, by HEADERS and CONTINUATION.
TEST(Http2Session, CarriesTheLongestHeadThatIsAllowed) {
    SessionLimits of_server;
    of_server.head = {.header_bytes = 256U << 10U, .fields = 2000};
    Pair pair{of_server};
    const std::string value(60U << 10U, 'v');
    std::vector<http::Field> fields{{"X-Long", value}};
    for (int i = 0; i < 1000; ++i) {
        fields.push_back({"X-Short", "1"});
    }
    Listener::Told& told = pair.open(kGet, fields, true);
    pair.talk();
    ASSERT_EQ(pair.server_user.log, "GET a.example /x?y ends ");
    EXPECT_EQ(pair.server_user.heads[0]->request().find("x-long")->value, value);
    pair.server.answer(*pair.server_user.told[0]->stream, 200, {}, true);
    pair.talk();
    EXPECT_EQ(told.log, "answer 200 ends closed 0 ");
}

TEST(Http2Session, DrainsInTwoPhases) {
    Pair pair;
    Listener::Told& told = pair.open(kPost, {}, false);
    pair.talk();
    pair.server.drain();
    pair.talk();
    EXPECT_EQ(pair.client_user.log, "goaway 0 goaway 0 ");
    EXPECT_FALSE(pair.client.taking());
    EXPECT_FALSE(pair.server.over());
    // What is under way is finished.
    Stream& stream = *pair.server_user.told[0]->stream;
    pair.client.send_data(*told.stream, "x", true);
    pair.server.answer(stream, 200, {}, true);
    pair.talk();
    EXPECT_EQ(told.log, "sent answer 200 ends closed 0 ");
    EXPECT_TRUE(pair.server.over());
    EXPECT_TRUE(pair.client.over());
}

// A request that the client sent before it heard of the drain is still served.
TEST(Http2Session, ServesWhatWasUnderWayWhenItDrains) {
    Pair pair;
    pair.talk();
    pair.server.drain();
    std::string notice;
    pair.server.output(notice, 1U << 16U);
    pair.open(kGet, {}, true);
    pair.talk();
    EXPECT_EQ(pair.server_user.log, "GET a.example /x?y ends ");
}

TEST(Http2Session, WhatALostConnectionCarriedIsClosed) {
    Pair pair;
    Listener::Told& told = pair.open(kGet, {}, true);
    pair.talk();
    pair.client.lose(Code::internal_error);
    pair.client.deliver();
    EXPECT_EQ(told.log, "closed 2 ");
    EXPECT_FALSE(pair.client.taking());
    EXPECT_EQ(pair.client.streams(), 0U);
}

TEST(Http2Session, OutputStopsWhereItIsToldTo) {
    Pair pair;
    Listener::Told& told = pair.open(kGet, {}, true);
    pair.talk();
    Stream& stream = *pair.server_user.told[0]->stream;
    const std::string large(60'000, 'x');
    pair.server.answer(stream, 200, {}, false);
    pair.server.send_data(stream, large, true);
    std::string out;
    EXPECT_FALSE(pair.server.output(out, 20'000));
    EXPECT_LT(out.size(), 20'000U + 16'394U);
    pair.client.feed(out, {});
    pair.client.deliver();
    pair.talk();
    EXPECT_EQ(told.body.size(), large.size());
}

}  // namespace
}  // namespace portcullis::http2
