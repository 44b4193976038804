// How many requests a route takes, and a client makes.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace portcullis::test {
namespace {

class RateLimits : public testing::Test {
  protected:
    // Statuses of so many requests, counted, on one connection.
    [[nodiscard]] static std::map<int, int> statuses(const ProxyUnderTest& proxy, int times,
                                                     const std::string& path,
                                                     const std::vector<std::string>& more = {}) {
        const std::string ca = proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
        Command command{{"curl", "--disable", "--silent", "--noproxy", "*", "--http1.1", "--cacert",
                         ca, "--connect-to", "::127.0.0.1:443", "--output", "/dev/null",
                         "--write-out", "%{http_code}\\n"}};
        command.argv.insert(command.argv.end(), more.begin(), more.end());
        command.argv.push_back("https://shop.test" + path + "?[1-" + std::to_string(times) + "]");
        std::istringstream lines{run(command).out};
        std::map<int, int> count;
        for (int status = 0; lines >> status;) {
            ++count[status];
        }
        return count;
    }

    Nginx origin{7001, "location / { return 200 ok; }"};
    const std::string service = "services: { shop: { endpoints: [ \"127.0.0.1:7001\" ] } }\n";
};

using Counts = std::map<int, int>;

TEST_F(RateLimits, OfARouteAreForEachClientAndSaidInEveryAnswer) {
    const ProxyUnderTest proxy{
        service +
        "routes:\n"
        "  - { host: shop.test, service: shop }\n"
        "  - { host: shop.test, path: /api, service: shop, rate_limit: { requests: 5, per: 1h } "
        "}\n"};
    const Fetched first = proxy.get("https://shop.test/api/0");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.header("ratelimit"), "\"client\";r=4;t=720");
    EXPECT_EQ(first.header("ratelimit-policy"), "\"client\";q=5;w=3600");
    EXPECT_EQ(statuses(proxy, 10, "/api/1"), (Counts{{200, 4}, {429, 6}}));
    const Fetched refused = proxy.get("https://shop.test/api/2");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("ratelimit"), "\"client\";r=0;t=3600");
    EXPECT_NE(refused.header("retry-after"), "");
    EXPECT_EQ(statuses(proxy, 3, "/api/1", {"--interface", "127.0.0.2"}), (Counts{{200, 3}}));
    EXPECT_EQ(statuses(proxy, 10, "/other"), (Counts{{200, 10}}));
    EXPECT_EQ(proxy.status().at("faults").at("rate_limited"), 7);
}

TEST_F(RateLimits, OfAHeaderAreForEachOfItsValues) {
    const ProxyUnderTest proxy{
        service +
        "routes:\n"
        "  - host: shop.test\n"
        "    service: shop\n"
        "    rate_limit: { requests: 2, per: 1h, burst: 3, by: header, header: X-Api-Key }\n"};
    EXPECT_EQ(statuses(proxy, 5, "/", {"-H", "X-Api-Key: a"}), (Counts{{200, 3}, {429, 2}}));
    EXPECT_EQ(statuses(proxy, 5, "/", {"-H", "X-Api-Key: b"}), (Counts{{200, 3}, {429, 2}}));
    EXPECT_EQ(statuses(proxy, 5, "/"), (Counts{{200, 3}, {429, 2}}));
}

TEST_F(RateLimits, OutliveAReload) {
    const std::string yaml =
        service +
        "routes: [ { host: shop.test, service: shop, rate_limit: { requests: 2, per: 1h, by: route "
        "} } ]\n";
    ProxyUnderTest proxy{yaml};
    EXPECT_EQ(statuses(proxy, 3, "/"), (Counts{{200, 2}, {429, 1}}));
    (void)proxy.reload(yaml);
    EXPECT_EQ(statuses(proxy, 3, "/"), (Counts{{429, 3}}));
}

TEST_F(RateLimits, OfAClientAreForAllThatItAsksFor) {
    const ProxyUnderTest proxy{service +
                               "routes: [ { host: shop.test, service: shop } ]\n"
                               "limits: { requests_per_second: 1 }\n"};
    for (const char* const protocol : {"--http1.1", "--http2"}) {
        const std::string client =
            protocol == std::string_view{"--http2"} ? "127.0.0.2" : "127.0.0.3";
        const Counts counts = statuses(proxy, 100, "/", {protocol, "--interface", client});
        EXPECT_GE(counts.at(200), 10);
        EXPECT_GE(counts.at(429), 50);
        EXPECT_EQ(counts.size(), 2U);
    }
    EXPECT_EQ(proxy.get("https://shop.test/").status, 200);
}

}  // namespace
}  // namespace portcullis::test
