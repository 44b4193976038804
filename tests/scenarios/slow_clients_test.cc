// Clients that hold a connection without using it lose it, each in the time that the configuration
// gives it.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::test {
namespace {

// Only what a client is slow at has a short time: on a busy machine everybody is slow at the rest.
class SlowClients : public testing::Test {
  protected:
    void start(const std::string& timeouts) {
        proxy.emplace(shop_at({origin.port()}) + "timeouts: { " + timeouts +
                      " }\nlimits: { body_bytes_per_second: 1000 }\n");
    }

    [[nodiscard]] bool counted(std::string_view fault, int times = 1) const {
        return eventually(
            [&] { return proxy->status().at("faults").as_object().at(fault) == times; });
    }

    RawOrigin origin{always(answer("ok"))};
    std::optional<ProxyUnderTest> proxy;
};

TEST_F(SlowClients, LoseAHandshakeThatDoesNotEnd) {
    start("handshake: 500ms");
    RawClient silent = RawClient::plain(443);
    RawClient begun = RawClient::plain(443);
    begun.send("\x16\x03\x01");
    for (RawClient* client : {&silent, &begun}) {
        EXPECT_EQ(client->read_to_end(), "");
        EXPECT_NE(client->end(), End::open);
    }
    EXPECT_TRUE(counted("handshake_timeout", 2));
}

TEST_F(SlowClients, LoseAHeadThatDoesNotEnd) {
    start("header: 500ms");
    RawClient client = proxy->connect();
    client.send("GET / HTTP/1.1\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(client.end(), End::clean);
    EXPECT_TRUE(counted("client_slow_header"));
}

// It would never end by itself: each byte comes soon after the one before, and no end is in sight.
TEST_F(SlowClients, LoseAHeadThatDripsByteByByte) {
    start("header: 500ms");
    RawClient client = proxy->connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\nA: ");
    EXPECT_TRUE(eventually(
        [&] { return !client.send("a") || !client.read_until("\r\n\r\n", 10ms).empty(); }));
    EXPECT_TRUE(counted("client_slow_header"));
}

// A record of 16 KiB, of which a few hundred bytes come in the time.
TEST_F(SlowClients, LoseAHandshakeThatDripsByteByByte) {
    start("handshake: 500ms");
    RawClient client = RawClient::plain(443);
    client.send(std::string_view{"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03", 11});
    EXPECT_TRUE(eventually([&] {
        client.read(1, 10ms);
        return client.end() != End::open || !client.send("r");
    }));
    EXPECT_TRUE(counted("handshake_timeout"));
}

TEST_F(SlowClients, LoseABodyThatDoesNotEnd) {
    start("body: 1s");
    RawClient client = proxy->connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(counted("client_slow_body"));
}

TEST_F(SlowClients, LoseABodyThatDripsByteByByte) {
    start("body: 1s");
    RawClient client = proxy->connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100000\r\n\r\n");
    EXPECT_TRUE(eventually(
        [&] { return !client.send("x") || !client.read_until("\r\n\r\n", 50ms).empty(); }));
    EXPECT_TRUE(counted("client_slow_body"));
}

// Bodies that announce no length: a byte now and then is not enough either. Nor is a content type:
// this service cannot speak gRPC.
TEST(SlowUploads, WithoutALengthAreEndedWhileNothingIsAnswered) {
    RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "timeouts: { body: 1s }\nlimits: { body_bytes_per_second: 1000 }\n"};
    int ended = 0;
    for (const char* type : {"text/plain", "application/grpc"}) {
        RawClient client = proxy.connect();
        client.send(
            "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n"
            "Content-Type: " +
            std::string{type} + "\r\n\r\n");
        EXPECT_TRUE(eventually([&] {
            return !client.send("1\r\nx\r\n") || !client.read_until("\r\n\r\n", 50ms).empty();
        })) << type;
        ++ended;
        EXPECT_TRUE(eventually([&] {
            return proxy.status().at("faults").as_object().at("client_slow_body") == ended;
        })) << type;
    }
}

// Whoever listens to an answer that has begun has perhaps nothing to say.
TEST(SlowUploads, WithoutALengthMayGoOnBesideAnAnswer) {
    RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntalk\r\n");
        for (int i = 0; i < 40; ++i) {  // twice what would be enough without an answer
            connection.pause(50ms);
            connection.send("4\r\ntalk\r\n");
        }
        connection.hang();
    }};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "timeouts: { body: 1s }\nlimits: { body_bytes_per_second: 1000 }\n"};
    RawClient client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_TRUE(client.read_until("talk").ends_with("talk"));
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(client.send("1\r\nx\r\n"));
        EXPECT_TRUE(client.read_until("talk").ends_with("talk"));
    }
    EXPECT_EQ(client.end(), End::open);
    EXPECT_EQ(proxy.status().at("faults").as_object().at("client_slow_body"), 0);
}

TEST_F(SlowClients, LoseAnIdleConnectionCleanly) {
    start("idle: 1s");
    RawClient client = proxy->connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), End::clean);
}

// The origin has more to say than all buffers between hold, so it is the proxy that must give up.
TEST(SlowReader, LosesItsAnswer) {
    const RawOrigin origin{always(answer(std::string(50'000'000, 'x')))};
    ProxyUnderTest proxy{shop_at({origin.port()}) + "timeouts: { body: 1s }\n"};
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    client.read_until("\r\n\r\n");
    EXPECT_TRUE(eventually(
        [&] { return proxy.status().at("faults").as_object().at("client_slow_reader") == 1; }));
    EXPECT_TRUE(eventually([&] { return proxy.count("connections_open") == 0; }));
}

}  // namespace
}  // namespace portcullis::test
