#include "proxy/relay/http2.h"

#include "tests/proxy/relay/http2_peer.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::Http2Peer;
using test::kGet;
using test::RawOrigin;
using test::Relay;

TEST(ServeHttp2, ServesManyRequestsOfAConnectionAtOnce) {
    // Each connection answers only when all ten are there.
    std::atomic<int> asked = 0;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        ++asked;
        test::eventually([&] { return asked == 10; });
        connection.send(answer("ok"));
    }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    std::vector<Http2Peer::Told*> streams;
    for (int i = 0; i < 10; ++i) {
        streams.push_back(&peer.open(kGet));
    }
    for (Http2Peer::Told* const told : streams) {
        EXPECT_EQ(peer.finish(*told), "answer 200 end closed 0 ");
        EXPECT_EQ(told->body, "ok");
    }
    EXPECT_EQ(relay.count(observe::Count::requests), 10U);
    EXPECT_EQ(relay.count(observe::Count::http2_connections), 1U);
}

TEST(ServeHttp2, ClosesAConnectionThatIsIdle) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.idle = 100ms; }};
    Http2Peer peer{relay};
    EXPECT_EQ(peer.finish(peer.open(kGet)), "answer 200 end closed 0 ");
    while (peer.take_frame()) {
    }
    EXPECT_EQ(peer.log(), "goaway 0 ");
    EXPECT_EQ(peer.client().end(), test::End::clean);
}

// Also where others of its requests are under way.
TEST(ServeHttp2, EndsAConnectionWhoseHeaderSectionTakesTooLong) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.header = 200ms; }};
    for (const bool busy : {false, true}) {
        Http2Peer peer{relay};
        if (busy) {
            peer.open(kGet);
        }
        ASSERT_TRUE(peer.take_frame());
        const std::string half{"\0\0\x40\x01\x05\0\0\0\x0b\x82", 10};
        peer.client().send(half);
        while (peer.take_frame()) {
        }
        EXPECT_EQ(peer.log(), "goaway 11 ");
        EXPECT_NE(peer.client().end(), test::End::open);
    }
    EXPECT_EQ(relay.count(Fault::client_slow_header), 2U);
}

// Whatever frames it sends: only requests count.
TEST(ServeHttp2, ClosesAConnectionThatSendsNothingButPings) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.idle = 300ms; }};
    Http2Peer peer{relay};
    const std::string ping{
        "\0\0\x08\x06\0\0\0\0\0"
        "12345678",
        17};
    while (peer.take_frame()) {
        std::this_thread::sleep_for(10ms);
        peer.client().send(ping);
    }
    EXPECT_NE(peer.client().end(), test::End::open);
}

TEST(ServeHttp2, TheLastRequestOfAConnectionDrainsIt) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(),
                      [](Config& config) { config.limits.requests_per_connection = 2; }};
    Http2Peer peer{relay};
    EXPECT_EQ(peer.finish(peer.open(kGet)), "answer 200 end closed 0 ");
    EXPECT_EQ(peer.finish(peer.open(kGet)), "answer 200 end closed 0 ");
    while (peer.take_frame()) {
    }
    EXPECT_EQ(peer.log(), "goaway 0 ");
    EXPECT_EQ(relay.count(observe::Count::connections_exhausted), 1U);
}

TEST(ServeHttp2, AClientThatGoesTakesItsExchangesAlong) {
    std::atomic<int> abandoned = 0;
    std::atomic<int> asked = 0;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        ++asked;
        connection.hang();
        ++abandoned;
    }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    for (int i = 0; i < 3; ++i) {
        peer.open(kGet);
    }
    EXPECT_TRUE(test::eventually([&] { return asked == 3; }));
    peer.client().reset();
    EXPECT_TRUE(test::eventually([&] { return abandoned == 3; }));
    EXPECT_TRUE(relay.counts(Fault::client_gone, 3));
}

}  // namespace
}  // namespace portcullis::relay
