// An attacker says one thing to the proxy and would have the origin hear another. Whatever it
// tries, the origin's guarded page stays guarded, and the requests of others arrive whole, although
// they share the origin's connections with it.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr const char* kSmuggled = "GET /admin HTTP/1.1\r\nHost: shop.test\r\n\r\n";
constexpr int kVictims = 8;

std::string configuration(std::uint16_t port) {
    return "workers: 1\nservices:\n  web: { endpoints: [ '127.0.0.1:" + std::to_string(port) +
           "' ] }\nroutes:\n  - { host: shop.test, service: web }\n"
           "  - { host: shop.test, path: /admin, service: web, allow: [ 10.9.9.9 ] }\n";
}

// Requests over HTTP/1.1 that would leave HTTP, each with what is smuggled behind it.
std::vector<std::string> upgrades() {
    std::vector<std::string> requests;
    for (const std::string method : {"GET", "POST", "OPTIONS"}) {
        for (const std::string token : {"h2c", "foo", "websocket, h2c", "TLS/1.2", "WebSocket"}) {
            for (const std::string length : {"", "Content-Length: 4\r\n\r\nbody"}) {
                requests.push_back(method +
                                   " /upgrade HTTP/1.1\r\nHost: shop.test\r\nConnection: "
                                   "Upgrade, HTTP2-Settings\r\nHTTP2-Settings: "
                                   "AAMAAABkAAQAAP__\r\nUpgrade: " +
                                   token + "\r\n" + (length.empty() ? "\r\n" : length));
            }
        }
    }
    return requests;
}

void attack_over_http1(const ProxyUnderTest& proxy) {
    for (const std::string& request : upgrades()) {
        RawClient attacker = proxy.connect();
        attacker.send(request + kSmuggled);
        const std::string head = attacker.read_until("\r\n\r\n");
        EXPECT_FALSE(head.starts_with("HTTP/1.1 101")) << request << head;
        attacker.close_notify();
        EXPECT_EQ(attacker.read_to_end().find("guarded"), std::string::npos) << request;
    }
}

// answer: what the origin says of a victim's request.
void expect_victims_are_served(const ProxyUnderTest& proxy, const std::string& before,
                               const std::string& after) {
    for (int i = 0; i < kVictims; ++i) {
        const std::string path = "/victim/" + std::to_string(i);
        for (const char* version : {"--http1.1", "--http2"}) {
            const Fetched fetched = proxy.get("https://shop.test" + path, {version});
            EXPECT_EQ(fetched.status, 200) << path;
            EXPECT_EQ(fetched.body, before + path + after) << version;
        }
    }
}

void expect_nothing_is_smuggled(std::uint16_t port, const std::string& after) {
    ProxyUnderTest proxy{configuration(port)};
    expect_victims_are_served(proxy, "GET ", after);
    attack_over_http1(proxy);
    expect_victims_are_served(proxy, "GET ", after);
    proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
    const Ended story =
        run({{source("tests/scenarios/http2_peer.py"), "smuggle", proxy.dir().path() / "ca.pem"}});
    EXPECT_EQ(story.exit_code, 0) << story.err;
    EXPECT_EQ(story.out, "0 of 4 got through\n");
    expect_victims_are_served(proxy, "GET ", after);
}

TEST(Smuggling, ReachesNothingOnNginx) {
    const Nginx origin{7001,
                       "location /admin { return 200 guarded; }\n"
                       "    location / { return 200 '$request_method $uri'; }"};
    expect_nothing_is_smuggled(origin.port(), "");
}

}  // namespace
}  // namespace portcullis::test
