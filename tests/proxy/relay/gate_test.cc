#include "proxy/relay/gate.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <cstring>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

// The status of POST / with that body length, over a gate as change makes it.
std::string status_at(const Relay::Change& change, const char* length = "0") {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), change};
    RawClient client = relay.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: " + std::string{length} +
                "\r\n\r\n");
    const std::string head = test::head_of(client);
    EXPECT_EQ(origin.connections(), head.starts_with("HTTP/1.1 200") ? 1 : 0)
        << "the service hears only of what has passed";
    return head.substr(9, 3);
}

TEST(PassGate, ChecksInTheOrderThatIsPromised) {
    // Each adds an earlier check to the ones before.
    Relay::Change change = [](Config&) {};
    EXPECT_EQ(status_at(change), "200");
    const auto with = [&change](const std::function<void(RouteConfig&)>& more) {
        change = [before = change, more](Config& config) {
            before(config);
            more(config.routes[0]);
        };
    };
    with([](RouteConfig& route) {
        route.basic_auth.emplace().users.loaded =
            std::make_shared<const Users>(Users{{{"ann", "x"}}});
    });
    EXPECT_EQ(status_at(change), "401");
    with([](RouteConfig& route) { route.request_body_max = ByteSize{2}; });
    EXPECT_EQ(status_at(change, "3"), "413");
    with([](RouteConfig& route) { route.redirect.emplace().to = "/login"; });
    EXPECT_EQ(status_at(change, "3"), "307");
    with([](RouteConfig& route) { route.maintenance.emplace(); });
    EXPECT_EQ(status_at(change, "3"), "503");
    with([](RouteConfig& route) { route.deny = {Cidr::parse("203.0.113.0/24").value()}; });
    EXPECT_EQ(status_at(change, "3"), "403");
}

TEST(PassGate, RefusesTraceUnlessTheRouteAllowsIt) {
    for (const char* method : {"TRACE", "trace", "TRACK"}) {
        for (const bool allowed : {false, true}) {
            const RawOrigin origin{test::always(answer("ok"))};
            const Relay relay{origin.port(), [&](Config& config) {
                                  config.routes[0].trace = allowed ? Switch::on : Switch::off;
                              }};
            RawClient client = relay.connect();
            client.send(std::string{method} + " / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
            const std::string head = test::head_of(client);
            EXPECT_TRUE(head.starts_with(allowed ? "HTTP/1.1 200 " : "HTTP/1.1 405 ")) << head;
            EXPECT_EQ(head.find("\r\nAllow: GET, HEAD, POST") != std::string::npos, !allowed)
                << head;
            EXPECT_EQ(origin.connections(), allowed ? 1 : 0);
            EXPECT_TRUE(relay.counts(Fault::method_not_allowed, allowed ? 0 : 1));
        }
    }
}

TEST(PassGate, LetsSomePassDuringMaintenance) {
    EXPECT_EQ(
        status_at([](Config& config) {
            config.routes[0].maintenance.emplace().allow = {Cidr::parse("203.0.113.7").value()};
        }),
        "200");
}

TEST(PassGate, ARouteMayHaveNoService) {
    EXPECT_EQ(status_at([](Config& config) {
                  config.routes[0].service.clear();
                  config.routes[0].redirect.emplace().to = "/login";
              }),
              "307");
}

TEST(PassGate, AWrongPasswordIsAViolation) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), [](Config& config) {
                          config.routes[0].basic_auth.emplace().users.loaded =
                              std::make_shared<const Users>(Users{{{"ann", "*"}}, {"*"}});
                      }};
    RawClient client = relay.connect();
    client.send(test::get("/", "Authorization: Basic YW5uOngx\r\n"));
    EXPECT_EQ(test::head_of(client).substr(9, 3), "401");
    EXPECT_EQ(relay.count(observe::Count::logins_failed), 1U);
    EXPECT_EQ(relay.count(observe::Count::offences), 1U);
    client.send(test::get("/"));
    EXPECT_EQ(client.read_until("HTTP/1.1 401").ends_with("401"), true);
    EXPECT_EQ(relay.count(observe::Count::offences), 1U) << "a browser asks first without one";
}

TEST(PassGate, CountsARequestThatHasPassedWhatTellsNothingAndBeforeItAsksForAPassword) {
    const Relay relay{1, [](Config& config) {
                          RouteConfig& route = config.routes[0];
                          route.rate_limit = RateLimit{.requests = 2, .per = 24h};
                          route.request_body_max = ByteSize{2};
                          route.basic_auth.emplace().users.loaded =
                              std::make_shared<const Users>(Users{{{"ann", "x"}}});
                      }};
    std::string statuses;
    for (const char* const body : {"xxx", "", "xxx", "", "", "xxx"}) {
        RawClient client = relay.connect();
        client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: " +
                    std::to_string(std::strlen(body)) + "\r\n\r\n" + body);
        statuses += test::head_of(client).substr(9, 3) + " ";
    }
    EXPECT_EQ(statuses, "413 401 413 401 429 413 ");
}

}  // namespace
}  // namespace portcullis::relay
