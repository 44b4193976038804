// Exchanges whose client leaves, and streams that are silent.
#include "proxy/relay/exchange.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>

namespace portcullis::relay {
namespace {

using observe::Count;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

// A client that leaves, wherever its exchange is then: nothing ends by a timeout, all of which are
// a minute here, and nothing is counted against an endpoint.
class Leaving : public testing::Test {
  protected:
    using Leave = void (RawClient::*)();

    static void be_patient(Config& config) {
        config.timeouts.body = std::chrono::minutes{1};
        for (ServiceConfig& service : config.services) {
            service.connect_timeout = std::chrono::minutes{1};
            service.response_timeout = std::chrono::minutes{1};
            service.parking.time = std::chrono::minutes{1};
        }
    }

    // sent: what the client says; reached: whether the exchange has come to where it is tried.
    static void expect_noticed(Relay& relay, std::string_view sent,
                               const std::function<bool(Context&)>& reached, Leave leave) {
        RawClient client = relay.connect();
        client.send(sent);
        EXPECT_TRUE(test::eventually([&] {
            bool is = false;
            relay.on_thread([&](Context& context) { is = reached(context); });
            return is;
        }));
        (client.*leave)();
        EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
        expect_blameless(relay);
    }

    static void expect_blameless(Relay& relay) {
        for (std::size_t i = 0; i < kFaults; ++i) {
            const auto fault = static_cast<Fault>(i);
            EXPECT_TRUE(blame(fault) == Blame::client || relay.count(fault) == 0) << name(fault);
        }
        relay.on_thread([](Context& context) {
            for (const auto& service : context.site->services) {
                for (const auto& endpoint : service->endpoints()) {
                    EXPECT_EQ(endpoint->stats()->of(origin::EndpointEvent::faults), 0U);
                    EXPECT_FALSE(endpoint->ejection().ejected(Exchange::Clock::now()));
                    EXPECT_EQ(endpoint->active(), 0U);
                }
            }
        });
    }

    // An origin that says so much of a response and then nothing, until its connection ends.
    RawOrigin::Script says(std::string begin) {
        return [this, begin = std::move(begin)](RawOrigin::Connection& connection) {
            connection.read_head();
            connection.send(begin);
            ++asked;
            connection.hang();
            ++ended;
        };
    }

    std::atomic<int> asked = 0;
    std::atomic<int> ended = 0;
    const std::map<std::string, Leave> ways{{"RST", &RawClient::reset},
                                            {"FIN", &RawClient::shutdown_write},
                                            {"close_notify", &RawClient::close_notify}};
};

TEST_F(Leaving, WhileTheOriginIsSilentEndsItsWorkAtOnce) {
    const std::string begun[] = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    };
    for (const std::string& begin : begun) {
        for (const auto& [name, leave] : ways) {
            SCOPED_TRACE(name + " after '" + begin + "'");
            asked = ended = 0;
            const RawOrigin origin{says(begin)};
            Relay relay{origin.port(), be_patient};
            expect_noticed(
                relay, test::get("/"), [&](Context&) { return asked == 1; }, leave);
            EXPECT_TRUE(test::eventually([&] { return ended == 1; }));
        }
    }
}

// An end behind bytes that nobody takes, because they are the next request's.
TEST_F(Leaving, BehindPipelinedBytesIsNoticed) {
    const RawOrigin origin{says("")};
    for (const char* name : {"RST", "FIN"}) {
        SCOPED_TRACE(name);
        asked = ended = 0;
        Relay relay{origin.port(), be_patient};
        expect_noticed(
            relay, test::get("/1") + test::get("/2") + "GET /3",
            [&](Context&) { return asked == 1; }, ways.at(name));
        EXPECT_TRUE(test::eventually([&] { return ended == 1; }));
    }
}

TEST_F(Leaving, WhileItsRequestIsParkedIsNoticed) {
    for (const auto& [name, leave] : ways) {
        SCOPED_TRACE(name);
        Relay relay{1, [](Config& config) {
                        config.services[0].endpoints.clear();
                        be_patient(config);
                    }};
        expect_noticed(
            relay, test::get("/"),
            [](Context& context) {
                return context.site->services[0]->traffic()->parking.parked() == 1;
            },
            leave);
        relay.on_thread([](Context& context) {
            EXPECT_EQ(context.site->services[0]->traffic()->parking.parked(), 0U);
        });
    }
}

TEST_F(Leaving, WhileItsOriginIsConnectedToIsNoticed) {
    const test::SilentPort silent;
    for (const auto& [name, leave] : ways) {
        SCOPED_TRACE(name);
        Relay relay{silent.port(), be_patient};
        const auto pending = [](Context& context) {
            return context.site->services[0]->traffic()->breaker->of(
                       origin::Breaker::Kind::pending) == 1;
        };
        expect_noticed(relay, test::get("/"), pending, leave);
        relay.on_thread([&](Context& context) { EXPECT_FALSE(pending(context)); });
    }
}

TEST_F(Leaving, WhileAnotherServiceIsAskedIsNoticed) {
    const RawOrigin auth{says("")};
    for (const auto& [name, leave] : ways) {
        SCOPED_TRACE(name);
        asked = ended = 0;
        Relay relay{1, [&](Config& config) {
                        ServiceConfig service;
                        service.name = "auth";
                        service.endpoints = {{IpAddress::parse("127.0.0.1").value(), auth.port()}};
                        config.services.push_back(service);
                        ForwardAuth& forward = config.routes[0].forward_auth.emplace();
                        forward.service = "auth";
                        forward.timeout = std::chrono::minutes{1};
                        be_patient(config);
                    }};
        expect_noticed(
            relay, test::get("/"), [&](Context&) { return asked == 1; }, leave);
        EXPECT_TRUE(test::eventually([&] { return ended == 1; }));
    }
}

// It reads nothing, so that there is something that waits for it when it goes.
TEST_F(Leaving, WithoutReadingItsResponseIsNoticed) {
    std::atomic<bool> over = false;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        const std::string block(65536, 'x');
        while (connection.send(block)) {
            asked = 1;
        }
        over = true;
    }};
    Relay relay{origin.port(), be_patient};
    expect_noticed(
        relay, test::get("/"), [&](Context&) { return asked == 1; }, ways.at("FIN"));
    EXPECT_TRUE(test::eventually([&] { return over.load(); }));
}

// Tabs with an event stream that are closed, one after the other.
TEST_F(Leaving, AgainAndAgainNeverEjectsTheEndpoint) {
    constexpr int kTabs = 16;
    const RawOrigin origin{
        says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")};
    Relay relay{origin.port(), be_patient};
    for (int tab = 0; tab < kTabs; ++tab) {
        RawClient client = relay.connect();
        client.send(test::get("/events"));
        EXPECT_NE(client.read_until("data: 1").find("data: 1"), std::string::npos);
    }
    EXPECT_TRUE(relay.counts(Fault::client_gone, kTabs));
    EXPECT_TRUE(test::eventually([&] { return ended == kTabs; }));
    expect_blameless(relay);
}

// What is silent for longer than timeouts.body is cut off, and the origin blamed; but not a stream.
TEST_F(Leaving, IsNotWhatASilentStreamDoes) {
    using namespace std::chrono_literals;

    const struct {
        const char* type;
        bool stream;
    } cases[] = {{"text/event-stream;charset=utf-8", true},
                 {"application/grpc+proto", true},
                 {"application/grpc-web", true},
                 {"text/plain", false}};

    for (const auto& [type, stream] : cases) {
        SCOPED_TRACE(type);
        asked = ended = 0;
        const RawOrigin origin{
            says("HTTP/1.1 200 OK\r\nContent-Type: " + std::string{type} + "\r\n\r\ndata: 1\n\n")};
        Relay relay{origin.port(), [](Config& config) {
                        be_patient(config);
                        config.timeouts.body = 100ms;
                        config.timeouts.tunnel = 300ms;
                    }};
        RawClient client = relay.connect();
        client.send(test::get("/"));
        client.read_to_end();
        EXPECT_TRUE(relay.counts(stream ? Fault::stream_idle : Fault::origin_slow_body, 1));
        EXPECT_TRUE(relay.counts(Count::offences, 0));
        relay.on_thread([&](Context& context) {
            EXPECT_EQ(context.site->services[0]->endpoints()[0]->stats()->of(
                          origin::EndpointEvent::faults),
                      stream ? 0U : 1U);
        });
    }
}

TEST_F(Leaving, BodyTimeoutsMayBeOff) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        connection.send("k");
    }};
    const Relay relay{origin.port(), [](Config& config) { config.timeouts.body = kNoEnd; }};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
}

}  // namespace
}  // namespace portcullis::relay
