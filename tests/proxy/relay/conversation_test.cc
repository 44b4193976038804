#include "proxy/relay/conversation.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <atomic>

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

// A route with these retries, over the fixture's origin and then this one.
Relay::Change retrying(const RawOrigin& next, std::size_t attempts, std::vector<RetryOn> when,
                       std::optional<Duration> try_timeout = {}) {
    return [=, address = next.address()](Config& config) {
        config.services[0].balance = Balance::round_robin;
        config.services[0].endpoints.push_back({SocketAddress::parse(address).value()});
        config.routes[0].retry = {attempts, when, try_timeout};
    };
}

std::string answer_to(const Relay& relay, std::string_view request) {
    RawClient client = relay.connect();
    client.send(request);
    return test::head_of(client);
}

TEST(Conversation, IsRepeatedOnAnotherEndpoint) {
    const RawOrigin dying{[](auto& connection) { connection.read_head(); }};
    const RawOrigin good{test::always(answer("ok"))};
    const Relay relay{dying.port(), retrying(good, 1, {RetryOn::reset})};
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 200 ")) << i;
    }
    EXPECT_EQ(dying.connections(), 2) << "turns, and never both tries";
    EXPECT_EQ(relay.count(Count::retries), 2U);
}

TEST(Conversation, IsNotRepeatedWhenTheBudgetIsUsedUp) {
    const RawOrigin bad{test::always(answer("down", "503 Service Unavailable"))};
    const RawOrigin bad_too{test::always(answer("down", "503 Service Unavailable"))};
    const auto retry = retrying(bad_too, 1, {RetryOn::unavailable});
    const Relay relay{bad.port(), [&](Config& config) {
                          retry(config);
                          config.services[0].retry_budget = {.share = 50, .least = 0};
                      }};
    for (int i = 0; i < 8; ++i) {
        EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 503 ")) << i;
    }
    EXPECT_EQ(relay.count(Count::retries), 4U);
    EXPECT_TRUE(relay.counts(Count::answers_5xx, 8)) << "the origin's own answers";
    EXPECT_EQ(relay.count(Fault::origin_bad_answer), 0U);
}

TEST(Conversation, ATryThatTakesTooLongIsFollowedByAnother) {
    const RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    const RawOrigin good{test::always(answer("ok"))};
    const Relay relay{silent.port(), retrying(good, 1, {RetryOn::timeout}, 50ms)};
    EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(silent.connections(), 1);
}

TEST(Conversation, OnlyATryThatMayBeFollowedHasTheShortTime) {
    const RawOrigin slow{[](auto& connection) {
        connection.read_head();
        connection.pause(300ms);
        connection.send(answer("late", "200 OK", "Connection: close\r\n"));
    }};
    const RawOrigin slow_too{[](auto& connection) {
        connection.read_head();
        connection.pause(300ms);
        connection.send(answer("late", "200 OK", "Connection: close\r\n"));
    }};
    const Relay relay{slow.port(), retrying(slow_too, 1, {RetryOn::timeout}, 50ms)};
    EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 200 ")) << "the last one";
    EXPECT_TRUE(answer_to(relay, request("POST")).starts_with("HTTP/1.1 200 "))
        << "not to be repeated";
    EXPECT_EQ(slow.connections() + slow_too.connections(), 3);
}

TEST(Conversation, AnEndpointThatFailsAgainAndAgainIsLeftOut) {
    const RawOrigin dying{[](auto& connection) { connection.read_head(); }};
    const RawOrigin good{test::always(answer("ok"))};
    const auto retry = retrying(good, 1, {RetryOn::reset});
    Relay relay{dying.port(), [&](Config& config) {
                    retry(config);
                    config.services[0].ejection->consecutive_faults = 3;
                }};
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 200 ")) << i;
    }
    EXPECT_EQ(dying.connections(), 3);
    relay.on_thread([](Context& context) {
        const auto& endpoint = *context.site->services[0]->endpoints()[0];
        EXPECT_EQ(endpoint.stats()->of(origin::EndpointEvent::faults), 3U);
        EXPECT_EQ(endpoint.stats()->of(origin::EndpointEvent::ejected_for_faults), 1U);
    });
}

// Two requests wait at an origin that will never answer; then it is found to be silent.
class SilentOrigin {
  public:
    explicit SilentOrigin(const Relay::Change& change) : relay_{silent_.port(), change} {}

    RawClient ask(std::string_view method) {
        RawClient client = relay_.connect();
        client.send(request(method));
        return client;
    }

    void fall_silent() {
        EXPECT_TRUE(test::eventually([&] { return heads_ == 2; }));
        relay_.on_thread(
            [](Context& context) { context.site->services[0]->endpoints()[0]->note_silence(); });
    }

    [[nodiscard]] const Relay& relay() const { return relay_; }

  private:
    std::atomic<int> heads_ = 0;
    RawOrigin silent_{[this](auto& connection) {
        connection.read_head();
        ++heads_;
        connection.hang();
    }};
    Relay relay_;
};

TEST(Conversation, WhatWaitsAtASilentEndpointIsHadElsewhereIfItMayBeRepeated) {
    const RawOrigin good{test::always(answer("ok"))};
    const auto retry = retrying(good, 1, {RetryOn::reset});
    SilentOrigin origin{[&](Config& config) {
        retry(config);
        config.services[0].endpoints[0].weight = 100;
        config.services[0].response_timeout = 1h;
    }};
    RawClient get = origin.ask("GET");
    RawClient post = origin.ask("POST");
    origin.fall_silent();
    EXPECT_TRUE(test::head_of(get).starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(origin.relay().count(Count::retries), 1U);
    EXPECT_EQ(origin.relay().count(Count::answers_5xx), 0U) << "the other one waits on";
}

TEST(Conversation, WhatWaitsAtASilentEndpointWaitsOnIfNobodyElseCouldAnswer) {
    SilentOrigin origin{[](Config& config) { config.services[0].response_timeout = 1h; }};
    const RawClient one = origin.ask("GET");
    const RawClient two = origin.ask("GET");
    origin.fall_silent();
    EXPECT_EQ(origin.relay().count(Count::retries), 0U);
    EXPECT_EQ(origin.relay().count(Count::answers_5xx), 0U);
}

TEST(Conversation, OnlyWhatCannotBeRepeatedIsHeldBackFromATaskThatIsToldToEnd) {
    const RawOrigin origin{test::always(answer("ok"))};
    Relay relay{origin.port(),
                [](Config& config) { config.services[0].endpoints[0].leaving = true; }};
    const auto held = [&relay](std::string_view method) {
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        const auto count = [&relay](std::uint64_t& parked) {
            relay.on_thread([&parked](Context& context) {
                parked =
                    context.site->services[0]->traffic()->stats->of(origin::ServiceEvent::parked);
            });
        };
        count(before);
        EXPECT_TRUE(answer_to(relay, request(method)).starts_with("HTTP/1.1 200 "));
        count(after);
        return after - before == 1;
    };
    EXPECT_TRUE(test::eventually([&held] {
        EXPECT_FALSE(held("GET"));
        return held("POST");
    }));
}

TEST(Conversation, IsRefusedWhenTheServiceHasTooMuchToDo) {
    const RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    const Relay relay{silent.port(),
                      [](Config& config) { config.services[0].circuit.requests_max = 1; }};
    RawClient first = relay.connect();
    first.send(test::get("/"));
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == 1; }));
    EXPECT_TRUE(answer_to(relay, test::get("/")).starts_with("HTTP/1.1 503 "));
    EXPECT_TRUE(relay.counts(Fault::service_full, 1));
}

// 32 in any case; more would be a tenth of the circuit.
TEST(Conversation, OneClientHasAShareOfTheServiceAndNoMore) {
    const RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    constexpr std::size_t kShare = 40;
    Relay relay{silent.port(),
                [](Config& config) { config.services[0].circuit.requests_max = 10 * kShare; }};
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < kShare; ++i) {
        clients.push_back(relay.connect());
        clients.back().send(test::get("/"));
    }
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == kShare; }));
    const std::string refused = answer_to(relay, test::get("/"));
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 429 ")) << refused;
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    EXPECT_TRUE(relay.counts(Fault::circuit_share, 1));
    EXPECT_EQ(relay.count(Fault::service_full), 0U);
    relay.on_thread([](Context& context) {
        const auto& stats = *context.site->services[0]->traffic()->stats;
        EXPECT_EQ(stats.of(origin::ServiceEvent::client_share_refused), 1U);
    });
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
