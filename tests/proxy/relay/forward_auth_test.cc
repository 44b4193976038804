#include "proxy/relay/forward_auth.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

Relay::Change asks(std::uint16_t port) {
    return [port](Config& config) {
        ServiceConfig auth;
        auth.name = "auth";
        auth.endpoints = {{IpAddress::parse("127.0.0.1").value(), port}};
        config.services.push_back(auth);
        ForwardAuth& forward = config.routes[0].forward_auth.emplace();
        forward.service = "auth";
        forward.path = "/check";
        forward.answer_headers = {"X-User"};
        forward.timeout = 300ms;
    };
}

TEST(AskAuth, TellsTheServiceOfTheRequestAndTheOriginOfItsAnswer) {
    const RawOrigin auth{test::always(answer("", "200 OK", "x-user: ann\r\n"))};
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), asks(auth.port())};
    RawClient client = relay.connect();
    for (int i = 0; i < 2; ++i) {
        client.send(
            "PUT //a/../b?c HTTP/1.1\r\nHost: shop.test\r\nCookie: k=v\r\nX-Other: 1\r\nX_User: "
            "root\r\nContent-Length: 4\r\n\r\nbody");
        EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    }
    EXPECT_EQ(auth.connections(), 1) << "its connections are pooled";
    const std::string asked = auth.received().at(0);
    EXPECT_TRUE(asked.starts_with("GET /check HTTP/1.1\r\n")) << asked;
    for (const char* told : {"X-Forwarded-Method: PUT\r\n", "X-Forwarded-Proto: https\r\n",
                             "X-Forwarded-Host: shop.test\r\n", "X-Forwarded-Uri: //b?c\r\n",
                             "X-Forwarded-For: 203.0.113.7\r\n", "Cookie: k=v\r\n"}) {
        EXPECT_NE(asked.find(told), std::string::npos) << told << asked;
    }
    EXPECT_EQ(asked.find("X-Other"), std::string::npos) << asked;
    EXPECT_EQ(asked.find("body"), std::string::npos) << asked;
    const std::string sent = origin.received().at(0);
    EXPECT_NE(sent.find("X-User: ann\r\n"), std::string::npos) << sent;
    EXPECT_EQ(sent.find("root"), std::string::npos) << sent;
    EXPECT_NE(sent.find("\r\n\r\nbody"), std::string::npos) << sent;
}

TEST(AskAuth, GivesTheClientAnyOtherAnswer) {
    const RawOrigin auth{
        test::always(answer("go away", "401 Unauthorized", "WWW-Authenticate: Bearer\r\n"))};
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), asks(auth.port())};
    RawClient client = relay.connect();
    for (int i = 0; i < 2; ++i) {
        client.send(test::get("/"));
        const std::string got = client.read_until("go away");
        EXPECT_TRUE(got.starts_with("HTTP/1.1 401 ")) << got;
        EXPECT_NE(got.find("WWW-Authenticate: Bearer\r\n"), std::string::npos) << got;
    }
    EXPECT_EQ(origin.connections(), 0);
    EXPECT_EQ(auth.connections(), 1);
}

TEST(AskAuth, NeverOpensTheDoorWithoutAnAnswer) {
    const test::RefusingPort away;
    const RawOrigin silent{[](RawOrigin::Connection& connection) { connection.hang(); }};
    const RawOrigin closes{[](RawOrigin::Connection& connection) { connection.read_head(); }};
    const RawOrigin nonsense{test::always("200 OK\r\n\r\n")};
    const RawOrigin switches{test::always(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")};
    for (const std::uint16_t port :
         {away.port(), silent.port(), closes.port(), nonsense.port(), switches.port()}) {
        const RawOrigin origin{test::always(answer("ok"))};
        const Relay relay{origin.port(), asks(port)};
        RawClient client = relay.connect();
        client.send(test::get("/"));
        EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 503 "));
        EXPECT_EQ(origin.connections(), 0);
        EXPECT_TRUE(relay.counts(Fault::auth_unavailable, 1));
    }
}

}  // namespace
}  // namespace portcullis::relay
