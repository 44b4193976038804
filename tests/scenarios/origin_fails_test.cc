// Endpoints that fail in every way beside real servers that do not: under load no client notices.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kTls =
    "workers: 1\ntls:\n  certificates: [ { certificate: site.pem, key: site.key } ]\n  "
    "unknown_sni: default_certificate\n";

// A service whose route tries again, as often as it takes.
std::string patient(const std::vector<std::uint16_t>& ports, std::vector<std::string> options) {
    options.insert(options.end(), {"retry_budget: { share: 100, least: 100 }",
                                   "connect_timeout: 2s", "response_timeout: 20s"});
    std::string yaml = shop_at(ports, options);
    const std::string_view route = "{ host: shop.test, service: shop }";
    yaml.replace(yaml.find(route), route.size(),
                 "{ host: shop.test, service: shop, retry: { attempts: 5, try_timeout: 3s, "
                 "when: [ connect, reset, timeout, 502, 503, 504 ] } }");
    return std::string{kTls} + yaml + kAnyRate;
}

// GET by HTTP/1.1 from 16 connections, and by HTTP/2 from 4 with 8 streams each.
void load(const ProxyUnderTest& proxy) {
    const Ended wrk = run({.argv = {"wrk", "-t1", "-c16", "-d2s", "--timeout", "20s", "-H",
                                    "Host: shop.test", "https://localhost/"}},
                          60s);
    EXPECT_EQ(wrk.exit_code, 0) << wrk.err;
    EXPECT_EQ(wrk.out.find("Socket errors"), std::string::npos) << wrk.out;
    EXPECT_EQ(wrk.out.find("Non-2xx"), std::string::npos) << wrk.out;
    const Ended h2load = run({.argv = {"h2load", "-n800", "-c4", "-m8",
                                       "--connect-to=127.0.0.1:443", "https://shop.test/"}},
                             60s);
    EXPECT_EQ(h2load.exit_code, 0) << h2load.err;
    EXPECT_NE(h2load.out.find("800 succeeded, 0 failed, 0 errored, 0 timeout"), std::string::npos)
        << h2load.out;
    EXPECT_GE(proxy.count("answers_2xx_total"), 800);
    EXPECT_EQ(proxy.count("answers_5xx_total"), 0);
}

struct Failure {
    const char* name;
    RawOrigin::Script script;
};

std::vector<Failure> failures() {
    return {
        {"closes at once", [](auto&) {}},
        {"resets at once", [](auto& connection) { connection.reset(); }},
        {"closes after the request", [](auto& connection) { connection.read_head(); }},
        {"resets after the request",
         [](auto& connection) {
             connection.read_head();
             connection.reset();
         }},
        {"hangs",
         [](auto& connection) {
             connection.read_head();
             connection.hang();
         }},
        {"says 503", always(answer("down", "503 Service Unavailable"))},
        {"flaps",
         [](auto& connection) {
             while (!connection.read_head().empty() && connection.number() % 2 == 0) {
                 connection.send(answer("ok"));
             }
         }},
    };
}

TEST(OriginFails, NoClientNoticesWhileOthersServe) {
    const Nginx one{7001, "location / { return 200 ok; }"};
    const Nginx two{7002, "location / { return 200 ok; }"};
    for (const Failure& failure : failures()) {
        SCOPED_TRACE(failure.name);
        const RawOrigin failing{failure.script};
        const RefusingPort refusing;
        const ProxyUnderTest proxy{patient({7001, 7002, failing.port(), refusing.port()}, {})};
        load(proxy);
        EXPECT_GT(failing.connections(), 0);
    }
}

TEST(OriginFails, OneThatFailsInARowIsLeftOutAndTheOthersAreNot) {
    const Nginx one{7001, "location / { return 200 ok; }"};
    const RawOrigin failing{[](auto& connection) { connection.read_head(); }};
    const ProxyUnderTest proxy{patient({7001, failing.port()}, {"balance: round_robin"})};
    load(proxy);
    const auto status = proxy.status();
    const auto& endpoints = status.at("services").at(0).at("endpoints");
    EXPECT_EQ(endpoints.at(0).at("faults"), 0);
    EXPECT_EQ(endpoints.at(0).at("ejected_for_faults"), 0);
    EXPECT_EQ(endpoints.at(1).at("ejected_for_faults"), 1);
    EXPECT_EQ(endpoints.at(1).at("ejected"), 1);
    // Those that were under way when it was left out, besides the five.
    EXPECT_LE(endpoints.at(1).at("requests").as_int64(), 5 + 16);
}

TEST(OriginFails, ChecksKeepOneAwayThatOnlyFailsChecks) {
    const Nginx good{7001, "location / { return 200 good; }"};
    const Nginx sick{7002, "location / { return 200 sick; } location /healthz { return 500; }"};
    const ProxyUnderTest proxy{patient(
        {7001, 7002},
        {"health: { path: /healthz, interval: 100ms, timeout: 100ms }", "parking: { time: 20s }"})};
    load(proxy);
    const auto status = proxy.status();
    EXPECT_EQ(status.at("services").at(0).at("endpoints").at(1).at("requests"), 0);
}

TEST(OriginFails, ABodyThatHasBegunIsNeverBegunAgain) {
    const RawOrigin cuts{[](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    }};
    const ProxyUnderTest proxy{patient({cuts.port()}, {})};
    const Fetched fetched = proxy.get("https://shop.test/");
    EXPECT_EQ(fetched.body, "hello");
    EXPECT_NE(fetched.exit_code, 0);
    EXPECT_EQ(cuts.connections(), 1);
    EXPECT_EQ(proxy.count("retries_total"), 0);
}

TEST(OriginFails, RetriesStayWithinTheBudget) {
    const RawOrigin down{always(answer("down", "503 Service Unavailable"))};
    std::string yaml = shop_at({down.port()}, {"retry_budget: { share: 20, least: 0 }"});
    const std::string_view route = "{ host: shop.test, service: shop }";
    yaml.replace(yaml.find(route), route.size(),
                 "{ host: shop.test, service: shop, retry: { attempts: 5, when: [ 503 ] } }");
    const ProxyUnderTest proxy{std::string{kTls} + yaml + kAnyRate};
    const Ended ended = run({.argv = {"h2load", "-n500", "-c4", "-m8", "--connect-to=127.0.0.1:443",
                                      "https://shop.test/"}},
                            60s);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(proxy.count("answers_5xx_total"), 500);
    EXPECT_LE(proxy.count("retries_total"), 100);
    EXPECT_GT(proxy.count("retries_total"), 0);
}

}  // namespace
}  // namespace portcullis::test
