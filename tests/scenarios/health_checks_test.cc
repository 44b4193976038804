// Endpoints are checked before they are asked, with every kind of check, against real servers.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::test {
namespace {

const boost::json::object& endpoint(const boost::json::object& status, std::size_t index) {
    return status.at("services").at(0).at("endpoints").at(index).as_object();
}

// True once so many endpoints are seen up (or "down", "ejected") by the one worker.
bool becomes(const ProxyUnderTest& proxy, std::size_t index, std::string_view standing) {
    return eventually([&] { return endpoint(proxy.status(), index).at(standing) == 1; });
}

std::string checked_by(const std::string& health, const std::vector<std::uint16_t>& ports,
                       std::vector<std::string> more = {}) {
    more.push_back("health: { interval: 100ms, timeout: 100ms, unhealthy: 2, " + health + " }");
    return "workers: 1\n" + shop_at(ports, more);
}

TEST(HealthChecks, OnlyEndpointsThatPassAreAsked) {
    const Nginx good{7001, "location / { return 200 good; } location /healthz { return 204; }"};
    const Nginx bad{7002, "location / { return 200 bad; } location /healthz { return 503; }"};
    const ProxyUnderTest proxy{
        checked_by("path: /healthz", {7001, 7002}, {"balance: round_robin"})};
    EXPECT_TRUE(becomes(proxy, 0, "up"));
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/").body, "good") << i;
    }
    EXPECT_EQ(endpoint(proxy.status(), 1).at("down"), 1);
    EXPECT_EQ(endpoint(proxy.status(), 1).at("why"), "bad_status");
}

TEST(HealthChecks, ARequestWaitsForTheFirstSuccess) {
    std::atomic<bool> well = false;
    const RawOrigin origin{[&](auto& connection) {
        const std::string head = connection.read_head();
        const bool check = head.find("portcullis-health") != std::string::npos;
        connection.send(check && !well ? answer("", "503 Service Unavailable") : answer("ok"));
    }};
    const ProxyUnderTest proxy{
        checked_by("path: /healthz", {origin.port()}, {"parking: { time: 20s }"})};
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(
        eventually([&] { return endpoint(proxy.status(), 0).at("checks_failed").as_int64() > 1; }));
    well = true;
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
    EXPECT_EQ(proxy.status().at("services").at(0).at("parked"), 1);
    EXPECT_EQ(proxy.status().at("services").at(0).at("parked_in_vain"), 0);
}

TEST(HealthChecks, ByConnectionAlone) {
    const RefusingPort refusing;
    const RawOrigin origin{always(answer("ok"))};
    const ProxyUnderTest proxy{checked_by("kind: tcp", {refusing.port(), origin.port()})};
    EXPECT_TRUE(becomes(proxy, 1, "up"));
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    EXPECT_EQ(endpoint(proxy.status(), 0).at("why"), "origin_refused");
    EXPECT_EQ(endpoint(proxy.status(), 0).at("requests"), 0);
}

TEST(HealthChecks, OfGrpcServersSayWhichServiceServes) {
    Process server{{.argv = {source("tests/scenarios/grpc_peer.py"), "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    for (const auto& [service, standing] :
         {std::pair{"\"off\"", "up"}, {"up", "up"}, {"down", "down"}, {"unknown", "down"}}) {
        const ProxyUnderTest proxy{"workers: 1\n" +
                                   shop_at({7001}, {"protocol: h2c",
                                                    "health: { kind: grpc, interval: 2s, timeout: "
                                                    "2s, service: " +
                                                        std::string{service} + " }"})};
        EXPECT_TRUE(
            eventually([&] { return endpoint(proxy.status(), 0).at("checks").as_int64() > 0; }));
        EXPECT_EQ(endpoint(proxy.status(), 0).at(standing), 1) << service;
    }
}

// Stop first, then start: the gap of a service with one task.
TEST(HealthChecks, ARequestWaitsForTheNextConfigurationsEndpoint) {
    const RawOrigin next{always(answer("next"))};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({}, {"parking: { time: 20s }"})};
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return proxy.count("requests_total") == 1; }));
    proxy.reload("workers: 1\n" + shop_at({next.port()}, {"parking: { time: 20s }"}));
    EXPECT_TRUE(client.read_until("next").ends_with("next"));
}

}  // namespace
}  // namespace portcullis::test
