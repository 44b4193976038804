// What asks for a tunnel must not become anything else, and nothing else must become a tunnel: in
// one nothing is judged any more. The origins read as strictly as we do, so that a request that was
// smuggled would be seen.
#include "tests/proxy/relay/h2c_origin.h"
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"
#include "tests/proxy/relay/written_messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <string>
#include <vector>

namespace portcullis::test {
namespace {

const std::string kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
constexpr http2::RequestLine kConnect{"CONNECT", "https", "shop.test", "/chat", "websocket"};

// Answers each request as soon as it is whole, and remembers it.
RawOrigin::Script strict_origin() {
    return [](RawOrigin::Connection& connection) {
        while (!take_request([&](std::size_t size) { return connection.read(size); }).all.empty()) {
            connection.send(answer("ok"));
        }
    };
}

std::vector<std::string> starts_of(const RawOrigin& origin) {
    std::vector<std::string> starts;
    for (const std::string& bytes : origin.received()) {
        const WrittenMessages got = read_requests(bytes);
        EXPECT_EQ(got.trouble, "") << bytes;
        for (const WrittenMessage& message : got.all) {
            starts.push_back(message.start);
        }
    }
    return starts;
}

Relay::Change with(Protocol protocol, std::vector<std::string> upgrade = {"websocket"}) {
    return [protocol, upgrade = std::move(upgrade)](Config& config) {
        config.services[0].protocol = protocol;
        config.services[0].upgrade = upgrade;
    };
}

// The length went to the origin with a GET that has no body: its connection then swallowed as many
// bytes of another client's request.
TEST(Tunnels, AreNotAskedForWithALength) {
    const RawOrigin origin{strict_origin()};
    const Relay relay{origin.port()};
    Http2Peer attacker{relay};
    for (const char* length : {"0", "1", "5", "300", "9223372036854775807", "x", "-1", ""}) {
        const http::Field field{"content-length", length};
        Http2Peer::Told& told = attacker.open(kConnect, false, {&field, 1});
        EXPECT_TRUE(attacker.told_of(told, "answer 400 ")) << length << ": " << told.log;
    }
    const http::Field chunked{"transfer-encoding", "chunked"};
    EXPECT_TRUE(attacker.told_of(attacker.open(kConnect, false, {&chunked, 1}), "answer 400 "));
    RawClient victim = relay.connect();
    victim.send(get("/victim", "Cookie: secret\r\n"));
    EXPECT_TRUE(victim.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(starts_of(origin), std::vector<std::string>{"GET /victim"});
}

// The neighbours: a length without its body on requests that are no tunnel.
TEST(Tunnels, LengthsWithoutABodyReachNoOriginByOtherMethodsEither) {
    const RawOrigin origin{strict_origin()};
    const Relay relay{origin.port()};
    Http2Peer attacker{relay};
    const http::Field length{"content-length", "5"};
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"}) {
        Http2Peer::Told& told =
            attacker.open({method, "https", "shop.test", "/x"}, true, {&length, 1});
        EXPECT_TRUE(attacker.told_of(told, "answer 400 ")) << method << ": " << told.log;
    }
    EXPECT_EQ(origin.connections(), 0);
}

// What a client sends for a tunnel that does not come to be reaches nobody.
TEST(Tunnels, ThatAreRefusedTakeTheirBytesWithThem) {
    const RawOrigin origin{strict_origin()};
    const Relay relay{origin.port()};
    Http2Peer attacker{relay};
    Http2Peer::Told& told = attacker.open(kConnect, false);
    attacker.send(told, "GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n", true);
    EXPECT_TRUE(attacker.told_of(told, "answer 502 ")) << told.log;
    RawClient victim = relay.connect();
    victim.send(get("/victim"));
    EXPECT_TRUE(victim.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(starts_of(origin), (std::vector<std::string>{"GET /chat", "GET /victim"}));
}

class ForeignUpgrade : public testing::TestWithParam<Protocol> {};

// Removed, and the request is served as any other: whatever the method, the body and the origin.
TEST_P(ForeignUpgrade, IsRemovedAndTheRequestIsServed) {
    const bool http1 = GetParam() == Protocol::http1;
    std::vector<H2cRequest> seen;
    std::mutex mutex;
    const RawOrigin origin{http1 ? strict_origin()
                                 : H2cOrigin::serves([&](const H2cRequest& request) {
                                       const std::lock_guard lock{mutex};
                                       seen.push_back(request);
                                       return H2cResponse{.body = "ok"};
                                   })};
    const Relay relay{origin.port(), with(GetParam())};
    RawClient client = relay.connect();
    std::size_t asked = 0;
    for (const std::string upgrade :
         {"h2c", "H2C", "TLS/1.0", "TLS/1.2, h2c", "HTTP/2.0", "tcp", "connect-udp", "foo, bar",
          "websocket, h2c", "h2c, websocket", "websocket\r\nUpgrade: h2c", "", "websocket/13"}) {
        for (const std::string method : {"GET", "POST", "PUT", "OPTIONS"}) {
            const std::string body = method == "GET" ? "" : "body";
            client.send(method + " / HTTP/1.1\r\nHost: shop.test\r\n" +
                        (body.empty() ? "" : "Content-Length: 4\r\n") +
                        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade +
                        "\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n" + body);
            const WrittenMessages got =
                take_response([&](std::size_t size) { return client.read(size); }, method);
            ASSERT_EQ(got.trouble, "") << method << " " << upgrade;
            ASSERT_EQ(got.all[0].start, "200") << method << " " << upgrade;
            ++asked;
        }
    }
    // Without Connection they are removed as well.
    client.send(
        get("/", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nHTTP2_Settings: AAMAAABk\r\n"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    ++asked;
    if (http1) {
        EXPECT_EQ(starts_of(origin).size(), asked);
        for (std::string bytes : origin.received()) {
            std::transform(bytes.begin(), bytes.end(), bytes.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            for (const char* gone : {"upgrade:", "settings:", "connection:"}) {
                EXPECT_EQ(bytes.find(gone), std::string::npos) << gone;
            }
        }
        return;
    }
    EXPECT_EQ(seen.size(), asked);
    for (const H2cRequest& request : seen) {
        EXPECT_EQ(request.body, request.method == "GET" ? "" : "body");
        for (const auto& [name, value] : request.fields) {
            EXPECT_TRUE(name != "upgrade" && name != "http2-settings" && name != "http2_settings");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Origins, ForeignUpgrade, testing::Values(Protocol::http1, Protocol::h2c),
                         [](const auto& named) {
                             return named.param == Protocol::http1 ? "Http1" : "H2c";
                         });

// What is behind the request is the next request until the origin has switched, and is judged.
TEST(Tunnels, BytesBehindTheRequestAreJudgedUnlessTheOriginSwitches) {
    for (const std::string upgrade : {"websocket", "h2c"}) {
        const RawOrigin origin{strict_origin()};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        client.send(get("/chat", "Connection: Upgrade\r\nUpgrade: " + upgrade + "\r\n") +
                    "GET /guarded HTTP/1.1\r\nHost: nobodys.test\r\nConnection: close\r\n\r\n");
        const WrittenMessages got = read_responses(client.read_to_end(), {"GET", "GET"}, true);
        EXPECT_EQ(got.trouble, "");
        ASSERT_EQ(got.all.size(), 2U);
        EXPECT_EQ(got.all[0].start, "200");
        EXPECT_EQ(got.all[1].start, "421");
        EXPECT_EQ(starts_of(origin), std::vector<std::string>{"GET /chat"});
    }
}

TEST(Tunnels, NothingReachesTheOriginBeforeItHasSwitched) {
    const RawOrigin origin{[](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        connection.send(kSwitching);
        EXPECT_EQ(connection.read(5), "hello");
        connection.send("world");
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(get("/chat", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n"));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    client.send("hello");
    EXPECT_EQ(client.read_to_end(), "world");
    EXPECT_EQ(relay.count(observe::Count::tunnels), 1U);
}

// An origin that switches to another protocol than it was asked for, or unasked.
TEST(Tunnels, BeginOnlyWithWhatWasAskedFor) {
    for (const std::string said : {"Upgrade: h2c\r\n", "Upgrade: websocket, h2c\r\n", ""}) {
        const RawOrigin origin{[&](RawOrigin::Connection& connection) {
            connection.read_head();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" + said +
                            "\r\n");
            connection.read_to_end();
        }};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        client.send(get("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
        EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 502 ")) << said;
        EXPECT_EQ(relay.count(observe::Count::tunnels), 0U);
    }
}

// As "docker exec" does: by POST, and the tunnel follows the body.
TEST(Tunnels, OfAProtocolThatTheServiceListsMayFollowABody) {
    for (const Protocol protocol : {Protocol::http1, Protocol::h2c}) {
        for (const std::string framing :
             {"Content-Length: 4\r\n\r\nbody",
              "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"}) {
            const RawOrigin origin{[](RawOrigin::Connection& connection) {
                const WrittenMessages got =
                    take_request([&](std::size_t size) { return connection.read(size); });
                EXPECT_EQ(got.trouble, "");
                EXPECT_EQ(got.all.at(0).body, "body");
                EXPECT_NE(got.all.at(0).head.find("Upgrade: tcp\r\nConnection: Upgrade\r\n"),
                          std::string::npos)
                    << got.all.at(0).head;
                connection.send(
                    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
                EXPECT_EQ(connection.read(5), "hello");
                connection.send("world");
            }};
            const Relay relay{origin.port(), with(protocol, {"websocket", "tcp"})};
            RawClient client = relay.connect();
            client.send(
                "POST /exec HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\n"
                "Upgrade: tcp\r\n" +
                framing);
            EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
            client.send("hello");
            EXPECT_EQ(client.read_to_end(), "world");
        }
    }
}

// An origin that switches before it has got the whole request would take the rest for the tunnel's.
TEST(Tunnels, DoNotBeginInTheMiddleOfABody) {
    const RawOrigin origin{[](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        connection.read_to_end();
    }};
    const Relay relay{origin.port(), with(Protocol::http1, {"tcp"})};
    RawClient client = relay.connect();
    client.send(
        "POST /exec HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        "Content-Length: 9\r\n\r\nbody");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(relay.count(observe::Count::tunnels), 0U);
}

// RFC 8441, 3: its SETTINGS do not say that it takes them.
TEST(Tunnels, ToAnOriginOfHttp2ThatTakesNoneGoByHttp1) {
    const RawOrigin origin{[](RawOrigin::Connection& connection) {
        if (connection.read(4) == "PRI ") {
            connection.read(20);
            connection.send(std::string("\0\0\0\4\0\0\0\0\0", 9));  // SETTINGS without a word
            connection.read_to_end();
            return;
        }
        connection.read_head();
        connection.send(kSwitching);
        EXPECT_EQ(connection.read(5), "hello");
        connection.send("world");
    }};
    const Relay relay{origin.port(), with(Protocol::h2c)};
    RawClient client = relay.connect();
    client.send(get("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    client.send("hello");
    EXPECT_EQ(client.read_to_end(), "world");
    EXPECT_EQ(origin.connections(), 2);
}

TEST(Tunnels, AreNotServedWhereTheServiceListsNone) {
    const RawOrigin origin{strict_origin()};
    const Relay relay{origin.port(), with(Protocol::http1, {})};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kConnect, false);
    EXPECT_TRUE(peer.told_of(told, "answer 501 ")) << told.log;
    RawClient client = relay.connect();
    client.send(get("/chat", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(starts_of(origin), std::vector<std::string>{"GET /chat"});
    EXPECT_EQ(origin.received().at(0).find("pgrade"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::test
