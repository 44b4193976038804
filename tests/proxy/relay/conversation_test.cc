#include "proxy/relay/conversation.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using observe::Count;
using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

// Answers a first request on each of the first connections, and dies on the second one.
RawOrigin::Script dies_when_used_again(int connections) {
    return [=](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send(answer("ok"));
        if (connection.number() >= connections) {
            connection.read_head();
            connection.send(answer("again"));
        }
        connection.read_head();
    };
}

std::string request(std::string_view method) {
    return std::string{method} + " / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n";
}

std::string second_answer(const Relay& relay, std::string_view method) {
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    client.send(request(method));
    return test::head_of(client);
}

TEST(Conversation, IsRepeatedOnAFreshConnectionWhenAnIdleOneProvesDead) {
    for (const std::string method : {"GET", "PUT", "DELETE"}) {
        const RawOrigin origin{dies_when_used_again(1)};
        const Relay relay{origin.port()};
        EXPECT_TRUE(second_answer(relay, method).starts_with("HTTP/1.1 200 ")) << method;
        EXPECT_EQ(origin.connections(), 2) << method;
        EXPECT_EQ(relay.count(Count::retries), 1U);
        EXPECT_EQ(relay.count(Count::origin_reuses), 1U);
        EXPECT_EQ(relay.count(Count::origin_connects), 2U);
    }
}

TEST(Conversation, IsNotRepeatedWhenThatCouldDoSomethingTwice) {
    for (const std::string method : {"POST", "PATCH", "MADEUP"}) {
        const RawOrigin origin{dies_when_used_again(1)};
        const Relay relay{origin.port()};
        EXPECT_TRUE(second_answer(relay, method).starts_with("HTTP/1.1 502 ")) << method;
        EXPECT_EQ(origin.connections(), 1) << method;
        EXPECT_EQ(relay.count(Count::retries), 0U);
    }
}

TEST(Conversation, IsRepeatedOnlyOnce) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        if (connection.number() == 0) {
            connection.send(answer("ok"));
            connection.read_head();
        }
    }};
    const Relay relay{origin.port()};
    EXPECT_TRUE(second_answer(relay, "GET").starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(origin.connections(), 2);
    EXPECT_EQ(relay.count(Count::retries), 1U);
}

TEST(Conversation, OnAFreshConnectionIsNotRepeated) {
    const RawOrigin origin{[](auto& connection) { connection.read_head(); }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(origin.connections(), 1);
    EXPECT_TRUE(relay.counts(Fault::origin_reset, 1));
}

TEST(Conversation, IsNotRepeatedOnceSomethingOfAnAnswerCame) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(answer("ok"));
        connection.read_head();
        connection.send("HTTP/1.1 20");
    }};
    const Relay relay{origin.port()};
    EXPECT_TRUE(second_answer(relay, "GET").starts_with("HTTP/1.1 502 "));
    EXPECT_EQ(origin.connections(), 1);
}

TEST(Conversation, ARepeatedRequestIsTheSameToTheByteWithItsBody) {
    const RawOrigin origin{[](auto& connection) {
        const std::string head = connection.read_head();
        connection.read(head.starts_with("PUT") ? 4 : 0);
        if (connection.number() == 1 || head.starts_with("GET")) {
            connection.send(answer("ok"));
        }
        connection.read_head();
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    const std::string put = "PUT /x HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\nbody";
    client.send(put);
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 200 "));
    const auto received = origin.received();
    ASSERT_EQ(received.size(), 2U);
    EXPECT_TRUE(received[1].starts_with("PUT /x ") && received[1].ends_with("\r\n\r\nbody"));
    EXPECT_TRUE(received[0].ends_with(received[1]));
}

TEST(Conversation, WithNobodyIsToldWithTheMatchingStatus) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port(), [](Config& config) {
                          ServiceConfig none;
                          none.name = "none";
                          config.services.push_back(none);
                          config.routes[1].service = "none";
                      }};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("</html>\n").starts_with("HTTP/1.1 502 "));
    client.send("GET / HTTP/1.1\r\nHost: api.test\r\n\r\n");
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 503 "));
    EXPECT_TRUE(relay.counts(Fault::origin_refused, 1));
    EXPECT_TRUE(relay.counts(Fault::no_endpoint, 1));
}

}  // namespace
}  // namespace portcullis::relay
