// Requests that real clients send and a strict reading refused, and requests that two readers would
// take for two things, over both versions of HTTP.
#include "proxy/http/via.h"
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"
#include "tests/support/curl.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::test {
namespace {

// The status of that request, and its head as the origin got it; "" when it got none.
struct Seen {
    std::string status;
    std::string request;
};

Seen over_http1(std::string_view request, const Relay::Change& change = {}) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), change};
    RawClient client = relay.connect();
    client.send(request);
    const std::string head = head_of(client);
    const auto received = origin.received();
    return {head.substr(9, 3), received.empty() ? "" : received[0]};
}

Seen over_http2(const http2::RequestLine& line, const std::vector<http::Field>& fields = {}) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port()};
    Http2Peer peer{relay};
    const std::string log = peer.finish(peer.open(line, true, fields));
    const auto received = origin.received();
    return {log.substr(log.find("answer ") + 7, 3), received.empty() ? "" : received[0]};
}

bool has(const Seen& seen, std::string_view text) {
    return seen.request.find(text) != std::string::npos;
}

TEST(Requests, ThatNameTheirHostInAnOddWayArePassedOnInThePlainWay) {
    for (const char* host : {"shop.test:", "shop.test:0443", "shop.test:443", "SHOP.test."}) {
        const std::string port = std::string_view{host}.ends_with("443") ? ":443" : "";
        const Seen http1 = over_http1("GET / HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n");
        EXPECT_EQ(http1.status, "200") << host;
        const Seen http2 = over_http2({"GET", "https", host, "/"});
        EXPECT_EQ(http2.status, "200") << host;
        for (const Seen& seen : {http1, http2}) {
            for (const char* name : {"\r\nHost: ", "\r\nX-Forwarded-Host: "}) {
                const std::string want = *host == 'S' ? "SHOP.test." : "shop.test" + port;
                EXPECT_TRUE(has(seen, name + want + "\r\n")) << seen.request;
            }
        }
    }
    EXPECT_EQ(over_http1("GET / HTTP/1.1\r\nHost: shop.test:0\r\n\r\n").status, "400");
    EXPECT_EQ(over_http2({"GET", "https", "shop.test:00", "/"}).status, "400");
}

TEST(Requests, OfHttp10WithoutHostAreForTheNameOfTheirConnection) {
    const Seen seen = over_http1("GET /x HTTP/1.0\r\n\r\n");
    EXPECT_EQ(seen.status, "200");
    EXPECT_TRUE(has(seen, "GET /x HTTP/1.1\r\nHost: shop.test\r\n")) << seen.request;
    EXPECT_TRUE(has(seen, "X-Forwarded-Host: shop.test\r\n")) << seen.request;
    EXPECT_EQ(over_http1("GET /x HTTP/1.1\r\n\r\n").status, "400");
    EXPECT_EQ(over_http1("GET /x HTTP/1.0\r\nHost:\r\n\r\n").status, "400");
    EXPECT_EQ(over_http1("GET https://shop.test/x HTTP/1.0\r\n\r\n").status, "400");
}

// The real one: it offers ALPN http/1.0 and nothing else.
TEST(Requests, OfCurlByHttp10AreServed) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port()};
    const Curl curl{"/dev/null", "127.0.0.1", relay.port()};
    for (const std::vector<std::string>& host :
         {std::vector<std::string>{}, std::vector<std::string>{"--header", "Host:"}}) {
        std::vector<std::string> arguments{"--insecure", "--http1.0"};
        arguments.insert(arguments.end(), host.begin(), host.end());
        const Fetched fetched = curl("https://shop.test/", arguments);
        EXPECT_EQ(fetched.status, 200) << fetched.error;
        EXPECT_EQ(fetched.body, "ok");
    }
    EXPECT_EQ(curl("https://shop.test/", {"--insecure", "--header", "Host:"}).status, 400);
    EXPECT_EQ(curl("https://shop.test/", {"--insecure", "--request", "TRACE"}).status, 405);
    EXPECT_EQ(curl("https://shop.test/", {"--insecure", "--header", "Expect: y"}).status, 417);
}

TEST(Requests, OfALaterMinorVersionAreOfHttp11) {
    const Seen seen = over_http1("GET / HTTP/1.2\r\nHost: shop.test\r\n\r\n");
    EXPECT_EQ(seen.status, "200");
    EXPECT_TRUE(seen.request.starts_with("GET / HTTP/1.1\r\n")) << seen.request;
    EXPECT_EQ(over_http1("GET / HTTP/2.0\r\nHost: shop.test\r\n\r\n").status, "505");
}

TEST(Requests, OfSchemeHttpAreServedAsHttps) {
    const Seen seen = over_http2({"GET", "http", "shop.test", "/"});
    EXPECT_EQ(seen.status, "200");
    EXPECT_TRUE(has(seen, "X-Forwarded-Proto: https\r\n")) << seen.request;
    EXPECT_EQ(over_http2({"GET", "ftp", "shop.test", "/"}).status, "400");
}

TEST(Requests, MayExpectA100ContinueAndNothingElse) {
    for (const char* value : {"100-continue", "100-Continue"}) {
        EXPECT_EQ(over_http1(get("/", "Expect: " + std::string{value} + "\r\n")).status, "200");
        EXPECT_EQ(over_http2(kGet, {{"expect", value}}).status, "200");
    }
    for (const char* value :
         {"y", "100-continue, y", "y 100-continue", "100-continue;x", "x=\"y\""}) {
        const Seen http1 = over_http1(get("/", "Expect: " + std::string{value} + "\r\n"));
        EXPECT_EQ(http1.status, "417") << value;
        EXPECT_EQ(http1.request, "");
        EXPECT_EQ(over_http2(kGet, {{"expect", value}}).status, "417") << value;
    }
}

// Nothing that follows the head of a refused request may be taken for another one.
TEST(Requests, RefusedForTheirExpectationEndTheConnection) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nExpect: y\r\nContent-Length: 50\r\n\r\n");
    client.send(get("/smuggled"));
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 417 ")) << all;
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << "one answer";
    EXPECT_EQ(origin.connections(), 0);
}

TEST(Requests, ForATraceGetA405) {
    for (const char* method : {"TRACE", "trace", "TRACK"}) {
        const Seen http1 =
            over_http1(std::string{method} + " / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        EXPECT_EQ(http1.status, "405") << method;
        EXPECT_EQ(http1.request, "");
        EXPECT_EQ(over_http2({method, "https", "shop.test", "/"}).status, "405") << method;
    }
}

// A proxy whose endpoint is itself, or a balancer in front of it.
TEST(Requests, ThatComeBackAgainAndAgainGetA508) {
    const std::string us = "1.1 " + std::string{http::pseudonym()};
    std::string via = us;
    for (int pass = 1; pass <= http::kPassesMax; ++pass, via += ", " + us) {
        const bool loop = pass == http::kPassesMax;
        const Seen http1 = over_http1(get("/", "Via: " + via + "\r\n"));
        EXPECT_EQ(http1.status, loop ? "508" : "200") << via;
        EXPECT_EQ(has(http1, "\r\nVia: " + via + ", " + us + "\r\n"), !loop) << http1.request;
        EXPECT_EQ(over_http2(kGet, {{"via", via}}).status, loop ? "508" : "200") << via;
    }
}

TEST(Responses, OfOurOwnHaveADate) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(),
                      [](Config& config) { config.routes[0].maintenance.emplace(); }};
    RawClient client = relay.connect();
    client.send(get("/"));
    const std::string head = head_of(client);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 503 ")) << head;
    EXPECT_NE(head.find("\r\nDate: "), std::string::npos) << head;
}

}  // namespace
}  // namespace portcullis::test
