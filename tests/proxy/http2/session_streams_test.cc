#include "proxy/http2/session.h"
#include "tests/proxy/http2/pair.h"

#include <gtest/gtest.h>

namespace portcullis::http2 {
namespace {

using test::kGet;
using test::kPost;
using test::Listener;
using test::Pair;

TEST(Http2Streams, AStreamThatIsNotConsumedStopsItselfAndNoOther) {
    SessionLimits limits;
    limits.window = 16U << 10U;
    limits.window_max = limits.window;
    Pair pair{limits};
    pair.talk();
    const std::string large(1U << 20U, 'x');
    Listener::Told& slow = pair.open(kPost, {}, false);
    Listener::Told& quick = pair.open(kPost, {}, false);
    pair.client.send_data(*slow.stream, large, true);
    pair.client.send_data(*quick.stream, large, true);
    Pair::pass(pair.client, pair.server, 1U << 20U);
    pair.server_user.told[0]->consumes = false;
    pair.talk();
    EXPECT_EQ(pair.server_user.told[1]->body.size(), large.size());
    const std::size_t held = pair.server_user.told[0]->body.size();
    EXPECT_LE(held, 2U * limits.window);
    EXPECT_FALSE(slow.stream->sent());
    pair.server_user.told[0]->consumes = true;
    pair.server.consume(*pair.server_user.told[0]->stream, limits.window);
    pair.talk();
    EXPECT_EQ(pair.server_user.told[0]->body.size(), large.size());
}

TEST(Http2Streams, AStreamThatConsumesIsGivenMoreUntilAllHasBeenGiven) {
    SessionLimits limits;
    limits.window = 16U << 10U;
    limits.window_max = 64U << 10U;
    limits.extra_window = 32U << 10U;
    Pair pair{limits};
    const std::string large(1U << 20U, 'x');
    Listener::Told& told = pair.open(kPost, {}, false);
    pair.client.send_data(*told.stream, large, true);
    pair.talk();
    EXPECT_EQ(pair.server_user.told[0]->body.size(), large.size());
    // The extra window came back with the end of the stream. All of it was given before the peer
    // knew of our settings, and that has not taken away from what it may send.
    Listener::Told& next = pair.open(kPost, {}, false);
    pair.client.send_data(*next.stream, large, true);
    pair.talk();
    EXPECT_EQ(pair.server_user.told[1]->body.size(), large.size());
}

TEST(Http2Streams, WhoIsNotInterestedAnyMoreResets) {
    Pair pair;
    Listener::Told& told = pair.open(kPost, {}, false);
    pair.talk();
    Stream& stream = *pair.server_user.told[0]->stream;
    pair.server.use(stream, nullptr);
    pair.talk();
    EXPECT_EQ(told.log, "closed 8 ");
    EXPECT_EQ(pair.server_user.told[0]->log, "");
    EXPECT_EQ(pair.server.streams(), 0U);
}

// Whoever is answered before the end of its request.
struct Early {
    explicit Early(Pair& pair) : told{pair.open(kPost, {}, false)} {
        pair.talk();
        Stream& stream = *pair.server_user.told.back()->stream;
        pair.server.answer(stream, 413, {}, true);
        pair.talk();
        pair.server.use(stream, nullptr);
        pair.talk();
        EXPECT_EQ(told.log, "answer 413 ends ");
    }

    Listener::Told& told;
};

TEST(Http2Streams, AnAnswerBeforeTheRequestsEndIsFollowedByAResetWithoutErrorOnceMuchWasDropped) {
    Pair pair;
    const Early early{pair};
    const std::string begin(20'000, 'x');
    pair.client.send_data(*early.told.stream, begin, false);
    pair.talk();
    EXPECT_EQ(early.told.log, "answer 413 ends sent ");
    const std::string more(900'000, 'x');
    pair.client.send_data(*early.told.stream, more, false);
    pair.talk();
    EXPECT_EQ(early.told.log, "answer 413 ends sent sent ") << "it is not told yet";
    const std::string rest(1U << 20U, 'x');
    pair.client.send_data(*early.told.stream, rest, false);
    pair.talk();
    EXPECT_EQ(early.told.log, "answer 413 ends sent sent closed 0 ");
    EXPECT_EQ(pair.server.streams(), 0U);
}

TEST(Http2Streams, AClientWhoseWindowIsFullWhenItIsAnsweredMaySendMoreAsWell) {
    Pair pair;
    Listener::Told& told = pair.open(kPost, {}, false);
    Pair::pass(pair.client, pair.server, 1U << 20U);
    pair.server_user.told[0]->consumes = false;
    const std::string large(1U << 20U, 'x');
    pair.client.send_data(*told.stream, large, true);
    pair.talk();
    Stream& stream = *pair.server_user.told[0]->stream;
    pair.server.answer(stream, 413, {}, true);
    pair.talk();
    pair.server.use(stream, nullptr);
    pair.talk();
    EXPECT_EQ(told.log, "answer 413 ends sent closed 0 ");
}

TEST(Http2Streams, AClientThatEndsItsRequestAfterTheAnswerIsNotReset) {
    Pair pair;
    const Early early{pair};
    pair.client.send_data(*early.told.stream, "the rest", true);
    pair.talk();
    EXPECT_EQ(early.told.log, "answer 413 ends sent closed 0 ");
    EXPECT_EQ(pair.server.streams(), 0U);
}

TEST(Http2Streams, FewWaitForClientsThatHaveTheirAnswerAndNoneWhenTheConnectionEnds) {
    Pair pair;
    for (int i = 0; i < 12; ++i) {
        const Early early{pair};
    }
    EXPECT_EQ(pair.server.streams(), 8U);
    pair.server.drain();
    pair.server.hurry();
    pair.talk();
    EXPECT_EQ(pair.server.streams(), 0U);
    EXPECT_TRUE(pair.server.over());
}

TEST(Http2Streams, ARequestThatIsGivenUpBeforeItLeftIsForgotten) {
    Pair pair;
    Listener::Told& told = pair.open(kGet, {}, true);
    pair.client.use(*told.stream, nullptr);
    pair.talk();
    EXPECT_EQ(pair.client.streams(), 0U);
    EXPECT_EQ(pair.server_user.log, "");
}

TEST(Http2Streams, OpensNoMoreThanThePeerAllows) {
    SessionLimits limits;
    limits.streams = 1;
    Pair pair{limits};
    pair.talk();
    pair.open(kGet, {}, true);
    EXPECT_FALSE(pair.client.can_open());
    EXPECT_EQ(pair.open(kGet, {}, true).stream, nullptr);
    EXPECT_TRUE(pair.client.taking());
}

TEST(Http2Streams, KnowsThatAPeerDoesExtendedConnect) {
    Pair pair;
    EXPECT_FALSE(pair.client.peer_connects());
    pair.talk();
    EXPECT_TRUE(pair.client.peer_connects());
    pair.open({"CONNECT", "https", "a.example", "/chat", "websocket"}, {}, false);
    pair.talk();
    EXPECT_EQ(pair.server_user.heads[0]->request().protocol, "websocket");
}

TEST(Http2Streams, InterimAnswersAndTrailersGoAlong) {
    Pair pair;
    Listener::Told& told = pair.open(kPost, {}, false);
    pair.client.send_data(*told.stream, "body", false);
    pair.talk();
    const http::Field checksum{"X-Checksum", "1"};
    pair.client.send_trailers(*told.stream, {&checksum, 1});
    pair.talk();
    EXPECT_EQ(pair.server_user.told[0]->log, "end x-checksum=1 ");
    Stream& stream = *pair.server_user.told[0]->stream;
    pair.server.answer_interim(stream, 103, {});
    pair.server.answer(stream, 200, {}, false);
    const http::Field status{"grpc-status", "0"};
    pair.server.send_trailers(stream, {&status, 1});
    pair.talk();
    EXPECT_EQ(told.log, "sent sent answer 103 answer 200 end grpc-status=0 closed 0 ");
}

}  // namespace
}  // namespace portcullis::http2
