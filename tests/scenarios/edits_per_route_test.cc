// What a route changes in requests and answers on their way, and what it answers itself.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::test {
namespace {

std::int64_t faults(const ProxyUnderTest& proxy, std::string_view fault) {
    return proxy.status().at("faults").at(fault).to_number<std::int64_t>();
}

// Answers with the head it got.
void echo(RawOrigin::Connection& connection) {
    for (std::string head = connection.read_head(); !head.empty(); head = connection.read_head()) {
        connection.send(answer(head, "200 OK", "Server: origin\r\nX-Debug: 1\r\n"));
    }
}

std::string routes_to(const std::vector<std::uint16_t>& ports,
                      const std::vector<std::string>& routes, const std::string& more = "") {
    std::string yaml = "services:\n  shop: { response_timeout: 300ms, endpoints: [ ";
    for (const std::uint16_t port : ports) {
        yaml += "'127.0.0.1:" + std::to_string(port) + "', ";
    }
    yaml += "] }\nroutes:\n";
    for (const std::string& route : routes) {
        yaml += "  - { host: shop.test, " + route + " }\n";
    }
    return yaml + more;
}

std::string first_line(const Fetched& fetched) {
    return fetched.body.substr(0, fetched.body.find('\r'));
}

TEST(EditsPerRoute, ThePathThatAServiceSees) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{routes_to(
        {origin.port()}, {"path: /, service: shop", "path: /a, service: shop, strip_prefix: on",
                          "path: /b, service: shop, rewrite: /v2"})};

    const struct {
        const char* asked;
        const char* want;
    } cases[] = {
        {"/x%2fy?q=%2f", "GET /x%2Fy?q=%2f HTTP/1.1"},
        {"/a", "GET / HTTP/1.1"},
        {"/a/x?q=1", "GET /x?q=1 HTTP/1.1"},
        {"/a//x/../..;/%2e%2e/%2fy", "GET /%2Fy HTTP/1.1"},
        {"/%61/x;p", "GET /x;p HTTP/1.1"},
        {"/b/x/", "GET /v2/x/ HTTP/1.1"},
        {"/b?q", "GET /v2?q HTTP/1.1"},
    };

    for (const auto& c : cases) {
        const Fetched fetched =
            proxy.get("https://shop.test" + std::string{c.asked}, {"--path-as-is"});
        EXPECT_EQ(first_line(fetched), c.want) << c.asked;
    }
}

TEST(EditsPerRoute, HeadersBothWaysAndHsts) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{routes_to(
        {origin.port()},
        {"path: /, service: shop, request_headers: { set: { X-Tenant: ward }, remove: [ Cookie ] "
         "}, "
         "answer_headers: { set: { X-Frame-Options: DENY }, remove: [ server, X-Debug ] }",
         "path: /plain, service: shop, hsts: off"})};
    const Fetched fetched = proxy.get(
        "https://shop.test/",
        {"--cookie", "a=b", "--header", "x_tenant: forged", "--header", "X-Tenant: forged"});
    EXPECT_NE(fetched.body.find("X-Tenant: ward\r\n"), std::string::npos) << fetched.body;
    EXPECT_EQ(fetched.body.find("forged"), std::string::npos) << fetched.body;
    EXPECT_EQ(fetched.body.find("Cookie"), std::string::npos) << fetched.body;
    EXPECT_EQ(fetched.header("server"), "");
    EXPECT_EQ(fetched.header("x-debug"), "");
    EXPECT_EQ(fetched.header("x-frame-options"), "DENY");
    EXPECT_EQ(fetched.header("strict-transport-security"), "max-age=63072000");
    const Fetched plain = proxy.get("https://shop.test/plain");
    EXPECT_EQ(plain.header("strict-transport-security"), "");
    EXPECT_EQ(plain.header("server"), "origin");
}

TEST(EditsPerRoute, TheHostThatAServiceKnowsItselfBy) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{routes_to(
        {origin.port()},
        {"path: /, service: shop, request_headers: { set: { host: 'inner.test:8080' } }"})};
    for (const char* version : {"--http1.1", "--http2"}) {
        const Fetched fetched = proxy.get("https://shop.test/", {version});
        EXPECT_NE(fetched.body.find("\r\nHost: inner.test:8080\r\n"), std::string::npos)
            << fetched.body;
        EXPECT_EQ(fetched.body.find("host: "), std::string::npos) << "once only";
        EXPECT_NE(fetched.body.find("\r\nX-Forwarded-Host: shop.test\r\n"), std::string::npos);
    }
}

TEST(EditsPerRoute, RedirectsKeepWhatWasAskedForAndLeadNowhereElse) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{
        routes_to({origin.port()},
                  {"path: /, service: shop",
                   "path: /old, redirect: { to: 'https://new.example{path}{query}', status: 308 }",
                   "path: /here, redirect: { to: '/there{path}' }"})};
    const Fetched moved = proxy.get("https://shop.test/old/%5cx?a=b", {"--path-as-is"});
    EXPECT_EQ(moved.status, 308);
    EXPECT_EQ(moved.header("location"), "https://new.example/old/%5Cx?a=b");
    EXPECT_EQ(moved.header("strict-transport-security").empty(), false);
    const Fetched near = proxy.get("https://shop.test/here//evil.example", {"--path-as-is"});
    EXPECT_EQ(near.status, 307);
    EXPECT_EQ(near.header("location"), "/there/here//evil.example");
    const Fetched doubled = proxy.get("https://shop.test//here//evil.example", {"--path-as-is"});
    EXPECT_EQ(doubled.status, 400) << "the route of / and that of /here have other rules";
    EXPECT_EQ(origin.connections(), 0);
}

TEST(EditsPerRoute, MaintenanceAndErrorPages) {
    const RawOrigin origin{echo};
    ProxyUnderTest proxy{routes_to({origin.port()}, {"path: /, service: shop"})};
    (void)proxy.dir().write("closed.html", "<p>back soon");
    (void)proxy.dir().write("404.json", "{}");
    (void)proxy.dir().write("4xx.txt", "no");
    proxy.reload(routes_to(
        {origin.port()},
        {"path: /app, service: shop, maintenance: { page: closed.html, retry_after: 90s }",
         "path: /open, service: shop, maintenance: { allow: [ 127.0.0.0/8 ] }",
         "path: /no, service: shop, deny: [ 127.0.0.1 ]"},
        "error_pages: { '404': 404.json, 4xx: 4xx.txt }\n"));
    const Fetched closed = proxy.get("https://shop.test/app");
    EXPECT_EQ(closed.status, 503);
    EXPECT_EQ(closed.body, "<p>back soon");
    EXPECT_EQ(closed.header("retry-after"), "90");
    EXPECT_EQ(proxy.get("https://shop.test/open").status, 200);
    const Fetched missing = proxy.get("https://shop.test/nothing");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, "{}");
    EXPECT_EQ(missing.header("content-type"), "application/json");
    const Fetched forbidden = proxy.get("https://shop.test/no");
    EXPECT_EQ(forbidden.status, 403);
    EXPECT_EQ(forbidden.body, "no");
}

TEST(EditsPerRoute, BodiesThatAreTooLarge) {
    const Nginx origin{7003, R"(
        client_max_body_size 100m;
        location / { return 200 "0123456789"; }
        location /chunked { chunked_transfer_encoding on; gzip on; gzip_min_length 1; gzip_types *; return 200 "0123456789"; })"};
    const ProxyUnderTest proxy{
        routes_to({7003}, {"path: /, service: shop, request_body_max: 1KiB, answer_body_max: 10B",
                           "path: /little, service: shop, answer_body_max: 9B"})};
    const std::string kibibyte(1024, 'x');
    const auto post = [&](const std::string& body, std::vector<std::string> more) {
        more.insert(more.end(), {"--data-binary", body});
        return proxy.get("https://shop.test/", more).status;
    };
    EXPECT_EQ(post(kibibyte, {}), 200);
    EXPECT_EQ(post(kibibyte + "x", {}), 413);
    EXPECT_EQ(post(kibibyte, {"--header", "Transfer-Encoding: chunked"}), 200);
    EXPECT_EQ(post(kibibyte + "x", {"--header", "Transfer-Encoding: chunked"}), 413);
    EXPECT_EQ(proxy.get("https://shop.test/little").status, 502);
    EXPECT_EQ(faults(proxy, "request_too_large"), 2);
    EXPECT_EQ(faults(proxy, "origin_too_large"), 1);
}

TEST(EditsPerRoute, AnUnannouncedAnswerThatGrowsTooLargeIsVisiblyCut) {
    const RawOrigin origin{[](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n");
        connection.pause(Timeout{50});
        connection.send("4\r\nefgh\r\n0\r\n\r\n");
    }};
    const ProxyUnderTest proxy{
        routes_to({origin.port()}, {"path: /, service: shop, answer_body_max: 6B"})};
    const Fetched fetched = proxy.get("https://shop.test/");
    EXPECT_NE(fetched.exit_code, 0);
    EXPECT_LT(fetched.body.size(), 8U);
    EXPECT_EQ(faults(proxy, "origin_too_large"), 1);
}

// Two endpoints, which do the same in turn: no answer, a bad one, a good one.
TEST(EditsPerRoute, TriesAgainWhatIsSafeAndAsOftenAsTheRouteSays) {
    std::atomic<int> tries = 0;
    const RawOrigin::Script script = [&tries](RawOrigin::Connection& connection) {
        connection.read_head();
        const int kind = tries++ % 3;
        if (kind > 0) {
            connection.send(kind == 1 ? answer("", "503 Service Unavailable") : answer("at last"));
        }
    };
    const RawOrigin one{script};
    const RawOrigin two{script};
    const ProxyUnderTest proxy{
        routes_to({one.port(), two.port()},
                  {"path: /, service: shop, retry: { attempts: 2, when: [ reset, 503 ] }",
                   "path: /never, service: shop, retry: { attempts: 0 }"})};
    EXPECT_EQ(proxy.get("https://shop.test/").body, "at last");
    EXPECT_EQ(tries, 3);
    EXPECT_EQ(proxy.get("https://shop.test/", {"--data", "x"}).status, 502)
        << "a POST is not repeated";
    EXPECT_EQ(tries, 4);
    EXPECT_EQ(proxy.get("https://shop.test/never").status, 503);
    EXPECT_EQ(proxy.count("retries_total"), 2);
}

TEST(EditsPerRoute, TimeoutsOfItsOwn) {
    const RawOrigin origin{[](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.pause(Timeout{500});
        connection.send(answer("late"));
    }};
    const ProxyUnderTest proxy{routes_to(
        {origin.port()},
        {"path: /, service: shop", "path: /slow, service: shop, timeouts: { response: 20s }"})};
    EXPECT_EQ(proxy.get("https://shop.test/").status, 504);
    EXPECT_EQ(proxy.get("https://shop.test/slow").body, "late");
}

}  // namespace
}  // namespace portcullis::test
