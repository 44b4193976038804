// What RFC 9113 and RFC 7541 ask of a server, case by case, of the real program over TLS. The same
// cases are run against haproxy, so that it is seen that others can meet them.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr std::string_view kOrigin = "location / { return 200 'a body of the origin'; }";

Ended run_cases(std::uint16_t port, const std::string& prefix = "") {
    return run({{source("tests/conformance/http2/run.py"), std::to_string(port), prefix}}, 100s);
}

TEST(Http2Conformance, EveryCaseIsMetToTheLetter) {
    const Nginx origin{7001, kOrigin};
    const ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001}) + kAnyRate};
    const Ended ended = run_cases(443);
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_NE(ended.out.find("147 of 147"), std::string::npos) << ended.out;
    EXPECT_EQ(ended.out.find(": closed"), std::string::npos) << ended.out;
    // A malformed request was answered with a page, named and counted, before it was reset.
    EXPECT_EQ(proxy.status().at("refusals").at("connection_field"), 2);
}

// Known attacks, and their neighbours. Each ends its own request or connection, is counted, and
// leaves the proxy to others.
TEST(Http2Conformance, AttacksEndWhatMadeThemAndNothingElse) {
    const Nginx origin{7001, std::string{kOrigin} + " location = /large { }"};
    origin.dir().write("large", std::string(8U << 20U, 'x'));
    const ProxyUnderTest proxy{
        "workers: 1\nlimits: { connections_per_second: \"off\", requests_per_second: \"off\", "
        "offences_per_minute: 1000 }\n" +
        shop_at({7001})};
    const Ended ended = run_cases(443, "attacks");
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_EQ(ended.out.find(": closed"), std::string::npos) << ended.out;
    EXPECT_EQ(proxy.count("http2_resets_exceeded_total"), 6);
    EXPECT_EQ(proxy.count("http2_headers_exceeded_total"), 3);
    EXPECT_EQ(proxy.get("https://shop.test/", {"--http2"}).body, "a body of the origin");
}

// It meets some of them by ending the connection, which is allowed.
TEST(Http2Conformance, HaproxyMeetsEveryCaseToo) {
    const Nginx origin{7001, kOrigin};
    const TempDir files;
    const Issued issued = TestCa{}.issue({.names = {"shop.test"}});
    const auto both = files.write("both.pem", issued.certificate_pem + issued.key_pem);
    const auto config =
        files.write("haproxy.cfg",
                    "defaults\n mode http\n timeout client 60s\n"
                    " timeout server 60s\n timeout connect 5s\n"
                    "listen shop\n bind 127.0.0.1:7443 ssl crt " +
                        both.string() + " alpn h2\n server origin 127.0.0.1:7001\n");
    Process haproxy{{.argv = {"haproxy", "-db", "-f", config.string()}}};
    ASSERT_TRUE(eventually([] { return RawClient::plain(7443).connected(); })) << haproxy.err();
    const Ended ended = run_cases(7443);
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
}

}  // namespace
}  // namespace portcullis::test
