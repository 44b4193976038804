// Clients that hold a connection without using it lose it, each in the time that the configuration
// gives it.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

class SlowClients : public testing::Test {
  protected:
    [[nodiscard]] bool counted(std::string_view fault) const {
        return eventually([&] { return proxy.status().at("faults").as_object().at(fault) == 1; },
                          5s);
    }

    RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "timeouts: { handshake: 500ms, header: 500ms, body: 1s, idle: 1s }\n"
                         "limits: { body_bytes_per_second: 1000 }\n"};
};

TEST_F(SlowClients, LoseAHandshakeThatDoesNotEnd) {
    RawClient silent = RawClient::plain(443);
    RawClient begun = RawClient::plain(443);
    begun.send("\x16\x03\x01");
    for (RawClient* client : {&silent, &begun}) {
        EXPECT_EQ(client->read_to_end(5s), "");
        EXPECT_NE(client->end(), End::open);
    }
    EXPECT_EQ(proxy.status().at("faults").as_object().at("handshake_timeout"), 2);
}

TEST_F(SlowClients, LoseAHeadThatDoesNotEnd) {
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\n");
    EXPECT_TRUE(client.read_to_end(5s).starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(client.end(), End::clean);
    EXPECT_TRUE(counted("client_slow_header"));
}

TEST_F(SlowClients, LoseAHeadThatDripsByteByByte) {
    RawClient client = proxy.connect();
    const std::string request = "GET / HTTP/1.1\r\nHost: shop.test\r\nA: " + std::string(200, 'a');
    const auto start = std::chrono::steady_clock::now();
    for (const char byte : request) {
        if (!client.send({&byte, 1}) || client.read_until("\r\n\r\n", 10ms).size() > 0) {
            break;
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    EXPECT_TRUE(counted("client_slow_header"));
}

TEST_F(SlowClients, LoseAHandshakeThatDripsByteByByte) {
    RawClient client = RawClient::plain(443);
    std::string hello{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11};
    hello += std::string(300, 'r');
    const auto start = std::chrono::steady_clock::now();
    for (const char byte : hello) {
        client.read(1, 10ms);
        if (client.end() != End::open || !client.send({&byte, 1})) {
            break;
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    EXPECT_TRUE(counted("handshake_timeout"));
}

TEST_F(SlowClients, LoseABodyThatDoesNotEnd) {
    RawClient client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_TRUE(client.read_to_end(5s).starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(counted("client_slow_body"));
}

TEST_F(SlowClients, LoseABodyThatDripsByteByByte) {
    RawClient client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1000\r\n\r\n");
    int sent = 0;
    while (sent < 1000 && client.send("x") && client.read_until("\r\n\r\n", 50ms).empty()) {
        ++sent;
    }
    EXPECT_GT(sent, 10) << "each wait is short";
    EXPECT_LT(sent, 1000);
    EXPECT_TRUE(counted("client_slow_body"));
}

// Bodies that announce no length: a byte now and then is not enough either.
TEST(SlowUploads, WithoutALengthAreEndedWhileNothingIsAnswered) {
    RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "timeouts: { body: 1s }\nlimits: { body_bytes_per_second: 1000 }\n"};
    RawClient client = proxy.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    int sent = 0;
    while (sent < 1000 && client.send("1\r\nx\r\n") &&
           client.read_until("\r\n\r\n", 50ms).empty()) {
        ++sent;
    }
    EXPECT_LT(sent, 1000);
    EXPECT_TRUE(eventually(
        [&] { return proxy.status().at("faults").as_object().at("client_slow_body") == 1; }));
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
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
    EXPECT_EQ(client.read_to_end(5s), "");
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
