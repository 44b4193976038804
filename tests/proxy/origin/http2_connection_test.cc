#include "proxy/origin/http2_connection.h"

#include "tests/proxy/http2/listener.h"
#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using test::drained;
using test::put;

Task<> keep_result(Task<Fault> task, Fault& result) {
    result = co_await std::move(task);
}

class Http2ConnectionTest : public testing::Test, public Http2Home {
  protected:
    void on_over() noexcept override {
        EXPECT_TRUE(connection->over());
        connection.reset();
    }

    void connect(std::size_t streams = 100, Duration idle = 30s, Duration age = 1h) {
        http2::SessionLimits limits;
        limits.streams = streams;
        peer.emplace(http2::Role::server, limits, listener);
        listener.session = &*peer;
        connection.emplace(stream::Stream{stream::Socket{loop, std::move(pair.ours)}},
                           Http2Connection::Times{idle, age, 5s}, *this);
    }

    // Until everybody has heard what there was to hear.
    void turns() {
        for (int i = 0; i < 4; ++i) {
            tick(0ms);
            if (peer) {
                const std::string bytes = drained(pair.theirs);
                peer->feed(bytes, {});
                peer->deliver();
                std::string out;
                peer->output(out, std::size_t{1} << 20U);
                // The connection may have ended already: then nobody takes it.
                (void)::send(pair.theirs.get(), out.data(), out.size(), MSG_NOSIGNAL);
            }
        }
    }

    // One turn of the loop, with the deadlines that have come by then.
    void tick(std::chrono::milliseconds later) {
        test::settle(loop);
        now += later;
        loop.wheel().advance(now);
        loop.run_deferred();
    }

    std::chrono::milliseconds now{0};
    stream::Loop loop;
    test::LocalPair pair;
    http2::test::Listener listener;
    std::optional<http2::Session> peer;
    std::optional<Http2Connection> connection;
    Fault settled = Fault::worker_full;  // what no connection says
};

TEST_F(Http2ConnectionTest, IsOfUseOnceTheOriginHasSettled) {
    connect();
    spawn(keep_result(connection->settle(5s), settled));
    tick(0ms);
    EXPECT_EQ(settled, Fault::worker_full);
    turns();
    EXPECT_EQ(settled, Fault::none);
    EXPECT_TRUE(connection->takes());
    EXPECT_FALSE(connection->reused());
}

TEST_F(Http2ConnectionTest, TakesAsManyExchangesAsTheOriginAllows) {
    connect(0);
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    EXPECT_EQ(settled, Fault::none);
    EXPECT_FALSE(connection->takes());
}

TEST_F(Http2ConnectionTest, TakesNoMoreThanAHundred) {
    connect(1000);
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    for (std::size_t i = 0; i < Http2Connection::kStreamsMax; ++i) {
        EXPECT_TRUE(connection->takes());
        connection->begin_exchange();
    }
    EXPECT_FALSE(connection->takes());
    EXPECT_TRUE(connection->reused());
    connection->end_exchange();
    EXPECT_TRUE(connection->takes());
    for (std::size_t i = 1; i < Http2Connection::kStreamsMax; ++i) {
        connection->end_exchange();
    }
}

TEST_F(Http2ConnectionTest, APeerThatSpeaksSomethingElseIsABadOne) {
    connect();
    peer.reset();
    spawn(keep_result(connection->settle(5s), settled));
    put(pair.theirs, "HTTP/1.1 400 Bad Request\r\n\r\n");
    turns();
    EXPECT_EQ(settled, Fault::origin_bad_answer);
    EXPECT_FALSE(connection.has_value()) << "and is let go of";
}

TEST_F(Http2ConnectionTest, EndsWhenTheOriginGoesAwayOnceItsExchangesHaveEnded) {
    connect();
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    connection->begin_exchange();
    peer->drain();
    peer->hurry();
    turns();
    ASSERT_TRUE(connection.has_value());
    EXPECT_FALSE(connection->takes());
    connection->end_exchange();
    turns();
    EXPECT_FALSE(connection.has_value());
}

TEST_F(Http2ConnectionTest, RetiredItEndsWithGoaway) {
    connect();
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    connection->retire();
    EXPECT_FALSE(connection->takes());
    turns();
    EXPECT_FALSE(connection.has_value());
    EXPECT_TRUE(test::at_end(pair.theirs));
}

TEST_F(Http2ConnectionTest, WithoutExchangesItEndsAfterAWhile) {
    connect(100, 100ms);
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    connection->begin_exchange();
    tick(200ms);
    turns();
    ASSERT_TRUE(connection.has_value()) << "there is one";
    connection->end_exchange();
    tick(200ms);
    turns();
    EXPECT_FALSE(connection.has_value());
}

TEST_F(Http2ConnectionTest, TooOldItTakesNoMore) {
    connect(100, 30s, 0s);
    spawn(keep_result(connection->settle(5s), settled));
    turns();
    EXPECT_FALSE(connection->takes());
}

}  // namespace
}  // namespace portcullis::origin
