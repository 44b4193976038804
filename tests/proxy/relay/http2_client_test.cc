#include "proxy/relay/http2_client.h"

#include "proxy/relay/websocket.h"
#include "tests/proxy/relay/http2_peer.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::Http2Peer;
using test::kGet;
using test::kPost;
using test::RawOrigin;
using test::Relay;

TEST(Http2Client, ABodyOfAnyKindReachesItsOrigin) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.read(5);
        connection.send(answer("first"));
        connection.read_head();
        connection.read(14);  // 4\r\nbody\r\n0\r\n\r\n
        connection.send(answer("second"));
    }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    const http::Field length{"Content-Length", "5"};
    Http2Peer::Told& first = peer.open(kPost, false, {&length, 1});
    peer.send(first, "hello", true);
    peer.finish(first);
    EXPECT_EQ(first.body, "first");
    Http2Peer::Told& second = peer.open(kPost, false);
    peer.send(second, "body", true);
    peer.finish(second);
    EXPECT_EQ(second.body, "second");
    const std::string received = origin.received()[0];
    EXPECT_NE(received.find("Content-Length: 5\r\n"), std::string::npos) << received;
    EXPECT_NE(received.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << received;
}

TEST(Http2Client, ABodyThatDiffersFromItsLengthIsNoClientThatHasGone) {
    const RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    const http::Field length{"Content-Length", "5"};
    Http2Peer::Told& told = peer.open(kPost, false, {&length, 1});
    peer.send(told, "hello, world", true);
    EXPECT_EQ(peer.finish(told), "sent closed 1 ");
    EXPECT_TRUE(relay.counts(http::Refusal::body_length_differs, 1));
}

TEST(Http2Client, AClientThatResetsItsStreamEndsTheOriginsWork) {
    std::atomic<bool> asked = false;
    std::atomic<bool> abandoned = false;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        asked = true;
        connection.hang();
        abandoned = true;
    }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kGet);
    EXPECT_TRUE(test::eventually([&] { return asked.load(); }));
    peer.reset(told);
    EXPECT_TRUE(test::eventually([&] { return abandoned.load(); }));
    EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
}

TEST(Http2Client, OneThatDoesNotSendItsBodyIsToldSo) {
    const RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.body = 200ms; }};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kPost, false);
    EXPECT_TRUE(peer.told_of(told, "end "));
    EXPECT_EQ(told.log.find("answer 408"), 0U) << told.log;
    EXPECT_TRUE(relay.counts(Fault::client_slow_body, 1));
}

TEST(Http2Client, OneThatDoesNotReadIsReset) {
    const RawOrigin origin{test::always(answer(std::string(1'000'000, 'x')))};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.body = 200ms; }};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kGet);
    told.consumes = false;
    EXPECT_EQ(peer.finish(told), "answer 200 closed 8 ");
    EXPECT_TRUE(relay.counts(Fault::client_slow_reader, 1));
}

TEST(Http2Client, AnAnswerOfOursIsWholeAndLeavesTheConnectionAsItWas) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    Http2Peer peer{relay};
    EXPECT_EQ(peer.finish(peer.open(kGet)), "answer 502 end closed 0 ");
    EXPECT_EQ(peer.finish(peer.open({"GET", "https", "nowhere.test", "/"})),
              "answer 421 end closed 0 ");
    EXPECT_EQ(peer.finish(peer.open({"HEAD", "https", "shop.test", "/"})),
              "answer 502 ends closed 0 ");
}

std::string accept_for(const std::string& head) {
    constexpr std::string_view name = "sec-websocket-key: ";
    const std::size_t key = head.find(name) + name.size();
    return websocket_accept(head.substr(key, head.find("\r\n", key) - key));
}

// RFC 8441, and RFC 6455 towards an origin of HTTP/1.
TEST(Http2Client, ExtendedConnectIsAnUpgradeForItsOrigin) {
    const RawOrigin origin{[](auto& connection) {
        const std::string head = connection.read_head();
        connection.send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
            "Upgrade\r\nSec-WebSocket-Accept: " +
            accept_for(head) + "\r\nSec-WebSocket-Protocol: chat\r\n\r\nhello");
        connection.send(connection.read(4));
        connection.read_to_end();
    }};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    const http::Field version{"sec-websocket-version", "13"};
    Http2Peer::Told& told =
        peer.open({"CONNECT", "https", "shop.test", "/chat", "websocket"}, false, {&version, 1});
    EXPECT_TRUE(peer.told_of(told, "answer 200 "));
    peer.send(told, "echo", true);
    EXPECT_EQ(peer.finish(told), "answer 200 sent end closed 0 ");
    EXPECT_EQ(told.body, "helloecho");
    const std::string received = origin.received()[0];
    EXPECT_EQ(received.find("GET /chat HTTP/1.1\r\nHost: shop.test\r\n"), 0U) << received;
    EXPECT_NE(received.find("Upgrade: websocket\r\n"), std::string::npos) << received;
    EXPECT_NE(received.find("ec-websocket-key: "), std::string::npos) << received;
    EXPECT_NE(received.find("==\r\n"), std::string::npos) << received;
    EXPECT_EQ(relay.count(observe::Count::tunnels), 1U);
}

// What the origin says must prove that it has read the key, which the client has never seen.
TEST(Http2Client, ATunnelNeedsTheOriginsProof) {
    for (const std::string proof : {"", "Sec-WebSocket-Accept: x\r\n",
                                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"}) {
        const RawOrigin origin{[&](auto& connection) {
            connection.read_head();
            connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                "Upgrade\r\n" +
                proof + "\r\n");
            connection.read_to_end();
        }};
        const Relay relay{origin.port()};
        Http2Peer peer{relay};
        Http2Peer::Told& told =
            peer.open({"CONNECT", "https", "shop.test", "/chat", "websocket"}, false);
        EXPECT_TRUE(peer.told_of(told, "answer 502 ")) << proof << told.log;
        EXPECT_EQ(relay.count(observe::Count::tunnels), 0U);
    }
}

// To a client of HTTP/2 any 2xx would be a tunnel (RFC 8441, 5).
TEST(Http2Client, AResponseWithoutASwitchIsNoTunnel) {
    for (const std::string status :
         {"200 OK", "201 Created", "204 No Content", "302 Found", "404 No"}) {
        const RawOrigin origin{test::always(answer("", status))};
        const Relay relay{origin.port()};
        Http2Peer peer{relay};
        Http2Peer::Told& told =
            peer.open({"CONNECT", "https", "shop.test", "/chat", "websocket"}, false);
        const std::string want = status[0] == '2' ? "502" : status.substr(0, 3);
        EXPECT_TRUE(peer.told_of(told, "answer " + want)) << told.log;
        EXPECT_EQ(relay.count(observe::Count::tunnels), 0U);
        EXPECT_EQ(relay.count(Fault::tunnel_refused), status[0] == '2' ? 1U : 0U);
    }
}

// An origin never hears of such a request: with a body it is malformed.
TEST(Http2Client, ALengthOfZeroWithDataBehindItIsRefused) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    const http::Field length{"content-length", "0"};
    Http2Peer::Told& told = peer.open(kPost, false, {&length, 1});
    peer.send(told, "smuggled", true);
    EXPECT_EQ(peer.finish(told), "sent closed 1 ");
    EXPECT_TRUE(relay.counts(http::Refusal::body_length_differs, 1));
    EXPECT_EQ(origin.connections(), 0);
    Http2Peer::Told& empty = peer.open(kPost, false, {&length, 1});
    peer.send(empty, "", true);
    EXPECT_NE(peer.finish(empty).find("answer 200 "), std::string::npos) << empty.log;
    EXPECT_NE(origin.received().at(0).find("\r\nContent-Length: 0\r\n\r\n"), std::string::npos);
}

// However it leaves, and whatever has come of its response.
TEST(Http2Client, AClientThatLeavesDuringASilentResponseIsNoticed) {
    using Leave = std::function<void(Http2Peer&, Http2Peer::Told&)>;
    const std::map<std::string, Leave> ways{
        {"RST_STREAM",
         [](Http2Peer& peer, Http2Peer::Told& told) { peer.reset(told, http2::Code::cancel); }},
        {"RST_STREAM without an error",
         [](Http2Peer& peer, Http2Peer::Told& told) { peer.reset(told, http2::Code::no_error); }},
        {"GOAWAY",
         [](Http2Peer& peer, Http2Peer::Told&) { peer.end(http2::Code::internal_error); }},
        {"FIN", [](Http2Peer& peer, Http2Peer::Told&) { peer.client().shutdown_write(); }},
        {"close_notify", [](Http2Peer& peer, Http2Peer::Told&) { peer.client().close_notify(); }},
        {"RST", [](Http2Peer& peer, Http2Peer::Told&) { peer.client().reset(); }},
    };
    for (const std::string begin : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"}) {
        for (const auto& [name, leave] : ways) {
            SCOPED_TRACE(name + " after '" + begin + "'");
            std::atomic<bool> asked = false;
            std::atomic<bool> abandoned = false;
            const RawOrigin origin{[&](auto& connection) {
                connection.read_head();
                connection.send(begin);
                asked = true;
                connection.hang();
                abandoned = true;
            }};
            const Relay relay{origin.port(), [](Config& config) {
                                  config.timeouts.body = std::chrono::minutes{1};
                              }};
            Http2Peer peer{relay};
            Http2Peer::Told& told = peer.open(kGet);
            EXPECT_TRUE(test::eventually([&] { return asked.load(); }));
            EXPECT_TRUE(begin.empty() || peer.told_of(told, "answer 200"));
            leave(peer, told);
            EXPECT_TRUE(test::eventually([&] { return abandoned.load(); }));
            EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
            EXPECT_EQ(relay.count(Fault::origin_slow_body), 0U);
        }
    }
}

// It asks for nothing more, and waits for what it has asked for (RFC 9113, 6.8).
TEST(Http2Client, OneThatSaysGoawayWithoutAnErrorGetsItsResponse) {
    std::atomic<bool> asked = false;
    std::atomic<bool> go = false;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        asked = true;
        test::eventually([&] { return go.load(); });
        connection.send(answer("ok"));
    }};
    Relay relay{origin.port()};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kGet);
    EXPECT_TRUE(test::eventually([&] { return asked.load(); }));
    const std::string goaway{"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0", 17};
    peer.client().send(goaway);
    relay.on_thread([](Context&) {});
    go = true;
    EXPECT_EQ(peer.finish(told), "answer 200 end closed 0 ");
    EXPECT_EQ(told.body, "ok");
    EXPECT_EQ(relay.count(Fault::client_gone), 0U);
}

}  // namespace
}  // namespace portcullis::relay
