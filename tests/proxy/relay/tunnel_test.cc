#include "proxy/relay/tunnel.h"

#include "tests/proxy/relay/relay_fixture.h"
#include "tests/support/tls_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

const std::string kUpgrade = test::get("/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
const std::string kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

RawOrigin::Script switches_then(const RawOrigin::Script& script) {
    return [script](RawOrigin::Connection& connection) {
        if (!connection.read_head().starts_with("GET /ws ")) {
            connection.send(answer("ok"));
            return;
        }
        connection.send(kSwitching);
        script(connection);
    };
}

auto asked(const RawOrigin& origin, std::string_view line) {
    const auto heads = origin.received();
    return std::count_if(heads.begin(), heads.end(),
                         [line](const std::string& head) { return head.starts_with(line); });
}

TEST(Tunnel, CarriesWhatFollowsTheHeadsDirectly) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(kSwitching + "from the origin");
        EXPECT_EQ(connection.read(15), "from the client");
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(kUpgrade + "from the client");
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(client.read_to_end(), "from the origin");
    EXPECT_EQ(relay.count(observe::Count::tunnels), 1U);
}

TEST(Tunnel, TheClientsEndIsPassedOnAndTheOriginMaySpeakOn) {
    const RawOrigin origin{switches_then([](auto& connection) {
        EXPECT_EQ(connection.read_to_end(), "that is all");
        connection.send("and here is the rest");
    })};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(kUpgrade + "that is all");
    client.close_notify();
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(client.read_to_end(), "and here is the rest");
    EXPECT_EQ(client.end(), test::End::clean);
}

TEST(Tunnel, TheOriginsEndIsPassedOnAndTheClientMaySpeakOn) {
    std::string heard;
    {
        const RawOrigin origin{switches_then([&](auto& connection) {
            connection.send("that is all");
            connection.shutdown_write();
            heard = connection.read_to_end();
        })};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        client.send(kUpgrade);
        test::head_of(client);
        EXPECT_EQ(client.read_to_end(), "that is all");
        EXPECT_EQ(client.end(), test::End::clean);
        EXPECT_TRUE(client.send("and here is the rest"));
        client.close_notify();
        EXPECT_TRUE(
            test::eventually([&] { return origin.received().at(0).ends_with("the rest"); }));
    }
    EXPECT_EQ(heard, "and here is the rest");
}

TEST(Tunnel, EndsWhenOneSideBreaks) {
    std::atomic<bool> over = false;
    const RawOrigin origin{switches_then([&](auto& connection) {
        connection.hang();
        over = true;
    })};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(kUpgrade);
    test::head_of(client);
    client.reset();
    EXPECT_TRUE(test::eventually([&] { return over.load(); }));
}

// Of one endpoint with a tunnel and one without, a request goes to either, and a tunnel to the
// other.
TEST(Tunnel, KeepsNoRequestAwayFromWhereItLeadsTo) {
    const auto script = switches_then([](auto& connection) { connection.hang(); });
    const RawOrigin first{script};
    const RawOrigin second{script};
    const Relay relay{first.port(), [&](Config& config) {
                          ServiceConfig& service = config.services[0];
                          service.balance = Balance::least_requests;
                          service.endpoints.push_back(service.endpoints[0]);
                          service.endpoints[1].address.port = second.port();
                      }};
    RawClient tunnel = relay.connect();
    tunnel.send(kUpgrade);
    test::head_of(tunnel);
    for (int i = 0; i < 4; ++i) {
        RawClient client = relay.connect();
        client.send(test::get("/"));
        EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    }
    EXPECT_EQ(asked(first, "GET / "), 2);
    EXPECT_EQ(asked(second, "GET / "), 2);
    RawClient another = relay.connect();
    another.send(kUpgrade);
    test::head_of(another);
    EXPECT_EQ(asked(first, "GET /ws "), 1);
    EXPECT_EQ(asked(second, "GET /ws "), 1);
}

TEST(Tunnel, EndsWhenNothingMovesEitherWay) {
    const RawOrigin origin{switches_then([](auto& connection) { connection.hang(); })};
    const Relay relay{origin.port(), [](Config& config) {
                          config.timeouts.tunnel = std::chrono::milliseconds{50};
                      }};
    RawClient client = relay.connect();
    client.send(kUpgrade);
    test::head_of(client);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), test::End::open);
}

// OpenSSL holds the half, and says that it has something: that is no reason to ask it again and
// again.
TEST(Tunnel, HalfARecordHoldsNobodyUp) {
    const RawOrigin origin{switches_then([](auto& connection) {
        EXPECT_EQ(connection.read(5), "hello");
        connection.send("goodbye");
    })};
    const Relay relay{origin.port()};
    RawClient wire = RawClient::plain(relay.port());
    test::TlsPeer peer{"shop.test"};
    const auto exchange_until = [&](const std::function<bool()>& enough) {
        while (!enough()) {
            wire.send(peer.take_output());
            const std::string byte = wire.read(1);
            ASSERT_FALSE(byte.empty());
            peer.feed(byte);
        }
        wire.send(peer.take_output());
    };
    exchange_until([&] { return peer.handshake(); });
    peer.write(kUpgrade);
    std::string got;
    exchange_until([&] { return (got += peer.read()).ends_with("\r\n\r\n"); });
    ASSERT_TRUE(got.starts_with("HTTP/1.1 101 "));
    peer.write("hello");
    const std::string record = peer.take_output();
    wire.send(record.substr(0, 9));
    RawClient other = relay.connect();
    other.send(test::get("/other"));
    EXPECT_TRUE(other.read_until("ok", test::Timeout{5000}).starts_with("HTTP/1.1 200 "));
    wire.send(record.substr(9));
    got.clear();
    exchange_until([&] { return (got += peer.read()) == "goodbye"; });
}

}  // namespace
}  // namespace portcullis::relay
