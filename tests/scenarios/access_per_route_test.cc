// Who may come in is decided for each request: by address, by password, by asking a service.
#include "tests/support/nghttpd.h"
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

std::int64_t faults(const ProxyUnderTest& proxy, std::string_view fault) {
    return proxy.status().at("faults").at(fault).to_number<std::int64_t>();
}

// Answers with the head it got, so that a test sees what a service sees.
void echo(RawOrigin::Connection& connection) {
    for (std::string head = connection.read_head(); !head.empty(); head = connection.read_head()) {
        connection.send(answer(head));
    }
}

std::string service_at(const std::string& name, std::uint16_t port) {
    return "  " + name + ": { endpoints: [ '127.0.0.1:" + std::to_string(port) + "' ] }\n";
}

// routes: lines of flow mappings for shop.test.
std::string configuration(const std::string& services, const std::vector<std::string>& routes,
                          const std::string& more = "") {
    std::string yaml = "services:\n" + services + "routes:\n";
    for (const std::string& route : routes) {
        yaml += "  - { host: shop.test, " + route + " }\n";
    }
    return yaml + more;
}

TEST(AccessPerRoute, AddressesAreAdmittedByPrefixAndDenyWins) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{configuration(
        service_at("shop", origin.port()),
        {"path: /, service: shop", "path: /ours, service: shop, allow: [ 127.0.0.0/8 ]",
         "path: /theirs, service: shop, allow: [ 10.0.0.0/8, '2001:db8::/32' ]",
         "path: /closed, service: shop, allow: [ 127.0.0.0/8 ], deny: [ 127.0.0.1 ]"})};
    EXPECT_EQ(proxy.get("https://shop.test/").status, 200);
    EXPECT_EQ(proxy.get("https://shop.test/ours").status, 200);
    EXPECT_EQ(proxy.get("https://shop.test/theirs").status, 403);
    EXPECT_EQ(proxy.get("https://shop.test/closed").status, 403);
    for (const char* dodge :
         {"/%74heirs", "/theirs//x", "/x/../theirs", "/./theirs/", "/theirs?x"}) {
        const Fetched fetched =
            proxy.get("https://shop.test" + std::string{dodge},
                      {"--path-as-is", "--header", "X-Forwarded-For: 10.0.0.1"});
        EXPECT_EQ(fetched.status, 403) << dodge;
    }
    EXPECT_EQ(faults(proxy, "forbidden"), 7);
}

TEST(AccessPerRoute, TheAddressIsTheOneATrustedProxyNames) {
    const RawOrigin origin{echo};
    const ProxyUnderTest proxy{configuration(service_at("shop", origin.port()),
                                             {"path: /, service: shop, allow: [ 203.0.113.0/24 ]"},
                                             "trusted_proxies: [ 127.0.0.0/8 ]\n")};
    const auto asked = [&](const std::string& forwarded_for) {
        return proxy.get("https://shop.test/", {"--header", "X-Forwarded-For: " + forwarded_for})
            .status;
    };
    EXPECT_EQ(asked("203.0.113.9"), 200);
    EXPECT_EQ(asked("198.51.100.1, 203.0.113.9, 127.0.0.2"), 200);
    EXPECT_EQ(asked("203.0.113.9, 198.51.100.1"), 403) << "anybody may write what is before";
    EXPECT_EQ(asked("203.0.113.9, nonsense"), 403);
    EXPECT_EQ(proxy.get("https://shop.test/").status, 403) << "nobody is named";
}

TEST(AccessPerRoute, BasicAuthenticationAsksForAPasswordAndHashesItOnce) {
    const RawOrigin origin{echo};
    ProxyUnderTest proxy{
        configuration(service_at("shop", origin.port()), {"path: /, service: shop"})};
    const Ended hashed = run({.argv = {"/usr/bin/openssl", "passwd", "-6", "secret"}});
    ASSERT_EQ(hashed.exit_code, 0) << hashed.err;
    const auto users = proxy.dir().write("users", "ann:" + hashed.out);
    std::filesystem::permissions(users, std::filesystem::perms{0640});
    proxy.reload(configuration(
        service_at("shop", origin.port()),
        {"path: /, service: shop",
         "path: /staff, service: shop, basic_auth: { users: users, realm: the ward }"}));
    const Fetched nobody = proxy.get("https://shop.test/staff");
    EXPECT_EQ(nobody.status, 401);
    EXPECT_EQ(nobody.header("www-authenticate"), "Basic realm=\"the ward\", charset=\"UTF-8\"");
    EXPECT_EQ(proxy.get("https://shop.test/").status, 200) << "another route";
    EXPECT_EQ(proxy.get("https://shop.test/staff", {"--user", "ann:wrong"}).status, 401);
    EXPECT_EQ(proxy.get("https://shop.test/staff", {"--user", "eve:secret"}).status, 401);
    EXPECT_EQ(proxy.count("logins_failed_total"), 2);
    for (int i = 0; i < 3; ++i) {
        const Fetched fetched = proxy.get("https://shop.test/staff", {"--user", "ann:secret"});
        EXPECT_EQ(fetched.status, 200) << fetched.body;
    }
    EXPECT_EQ(faults(proxy, "unauthorized"), 3);
}

TEST(AccessPerRoute, AServiceIsAskedAndNeverOpensTheDoorByBeingAway) {
    const RawOrigin origin{echo};
    const Nginx auth{7002, R"(
        location = /auth {
            if ($http_x_forwarded_uri = "/app/secret?x=1") { return 403 "not you"; }
            if ($http_cookie = "") { return 302 https://login.test/?next=$http_x_forwarded_uri; }
            add_header X-User "ann of $http_x_forwarded_method $http_x_forwarded_host";
            return 200 "welcome";
        })"};
    const RefusingPort away;
    const ProxyUnderTest proxy{configuration(
        service_at("shop", origin.port()) + service_at("auth", 7002) +
            service_at("away", away.port()),
        {"path: /app, service: shop, forward_auth: { service: auth, path: /auth, answer_headers: "
         "[ X-User, X-Role ] }",
         "path: /away, service: shop, forward_auth: { service: away }"})};
    const Fetched passed = proxy.get(
        "https://shop.test/app/x", {"--cookie", "a=b", "--data", "body", "--header", "X-User: root",
                                    "--header", "x_role: admin", "--header", "X-Role: admin"});
    EXPECT_EQ(passed.status, 200) << passed.body;
    EXPECT_NE(passed.body.find("X-User: ann of POST shop.test"), std::string::npos) << passed.body;
    EXPECT_EQ(passed.body.find("root"), std::string::npos) << "what the client says of itself";
    EXPECT_EQ(passed.body.find("admin"), std::string::npos)
        << "also where the service says nothing";
    const Fetched refused = proxy.get("https://shop.test/app/secret?x=1", {"--cookie", "a=b"});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, "not you");
    const Fetched sent_away = proxy.get("https://shop.test/app/x");
    EXPECT_EQ(sent_away.status, 302);
    EXPECT_EQ(sent_away.header("location"), "https://login.test/?next=/app/x");
    EXPECT_EQ(proxy.get("https://shop.test/away").status, 503);
    EXPECT_EQ(faults(proxy, "auth_unavailable"), 1);
    for (const std::string& received : origin.received()) {
        EXPECT_EQ(received.find("secret"), std::string::npos)
            << "the service heard of a refused one";
    }
}

TEST(AccessPerRoute, AServiceIsAskedInHttp2) {
    const RawOrigin origin{echo};
    const Nghttpd auth{7002};
    auth.dir().write("yes", "welcome");
    const ProxyUnderTest proxy{
        configuration(service_at("shop", origin.port()) +
                          "  auth: { endpoints: [ '127.0.0.1:7002' ], protocol: h2c }\n",
                      {"path: /app, service: shop, forward_auth: { service: auth, path: /yes }",
                       "path: /not, service: shop, forward_auth: { service: auth, path: /no }"})};
    for (const char* version : {"--http1.1", "--http2"}) {
        EXPECT_EQ(proxy.get("https://shop.test/app", {version}).status, 200) << version;
        EXPECT_EQ(proxy.get("https://shop.test/not", {version}).status, 404) << version;
    }
    for (const std::string& received : origin.received()) {
        EXPECT_EQ(received.find("/not"), std::string::npos) << "it heard of a refused one";
    }
}

}  // namespace
}  // namespace portcullis::test
