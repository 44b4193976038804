#include "proxy/relay/http1.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using observe::Count;
using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

// Answers with the request's target.
void echoes(RawOrigin::Connection& connection) {
    for (std::string head; !(head = connection.read_head()).empty();) {
        if (head.find("chunked") != std::string::npos) {
            connection.read_head();  // the chunks end like a head
        } else if (head.starts_with("POST")) {
            connection.read(4);
        }
        const auto at = head.find(' ') + 1;
        connection.send(answer("<" + head.substr(at, head.find(' ', at) - at) + ">"));
    }
}

TEST(Http1, PipelinedRequestsAreAnsweredInOrder) {
    const RawOrigin origin{echoes};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/1") +
                "POST /2 HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\nbody" +
                "POST /3 HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                "4\r\nbody\r\n0\r\n\r\n" +
                test::get("/4"));
    for (const std::string want : {"</1>", "</2>", "</3>", "</4>"}) {
        EXPECT_TRUE(client.read_until(">").ends_with(want)) << want;
    }
}

TEST(Http1, ManyPipelinedRequestsLargerThanABufferAllGetTheirs) {
    const RawOrigin origin{echoes};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    std::string all;
    for (int i = 0; i < 100; ++i) {
        all += test::get("/" + std::to_string(i), "X-Filler: " + std::string(500, 'x') + "\r\n");
    }
    client.send(all);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(client.read_until(">").ends_with("</" + std::to_string(i) + ">"));
    }
    EXPECT_EQ(relay.count(Count::requests), 100U);
}

TEST(Http1, ConnectionCloseIsHeededWithAProperEnd) {
    const RawOrigin origin{echoes};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/last", "Connection: close\r\n") + test::get("/never"));
    EXPECT_TRUE(client.read_to_end().ends_with("</last>"));
    EXPECT_EQ(client.end(), test::End::clean);
    EXPECT_EQ(relay.count(Count::requests), 1U);
}

TEST(Http1, AnIdleConnectionIsClosedProperly) {
    const Relay relay{1,
                      [](Config& config) { config.timeouts.idle = std::chrono::milliseconds{50}; }};
    RawClient client = relay.connect();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), test::End::clean);
    EXPECT_EQ(relay.count(Count::requests), 0U);
}

TEST(Http1, AClientThatLeavesBetweenRequestsIsNoEvent) {
    const RawOrigin origin{echoes};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/1"));
    client.read_until("</1>");
    client.close_notify();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(relay.count(Fault::client_gone), 0U);
    relay.on_thread([](Context& context) { EXPECT_EQ(context.log.lines, 1U); });
}

TEST(Http1, AfterADrainBeganAnExchangeIsTheLast) {
    const RawOrigin origin{echoes};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/1"));
    EXPECT_EQ(client.read_until("</1>").find("Connection: close\r\n"), std::string::npos);
    relay.on_thread([](Context& context) { context.draining = true; });
    client.send(test::get("/2"));
    EXPECT_NE(client.read_to_end().find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(client.end(), test::End::clean);
}

}  // namespace
}  // namespace portcullis::relay
