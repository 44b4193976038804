// A real nginx behind us that speaks TLS: met, resumed with, and refused for what is wrong with it.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using test::TestCa;

class OriginsOverTls : public testing::Test {
  protected:
    OriginsOverTls() {
        files.write("inside.pem", ca.certificate_pem());
        ca.issue_into(files, "nginx", {.names = {"shop.internal", "127.0.0.1"}});
        ca.issue_into(files, "ours", {.common_name = "front door"});
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (files.path() / name).string();
    }

    void serve(const std::string& more = "") {
        nginx.emplace(18443, "listen 127.0.0.1:8443 ssl; ssl_certificate " + path("nginx.pem") +
                                 "; ssl_certificate_key " + path("nginx.key") +
                                 "; keepalive_requests 1; " + more +
                                 " location / { return 200 \"$ssl_client_s_dn $ssl_server_name "
                                 "$ssl_session_reused\"; }");
    }

    [[nodiscard]] std::string configuration(const std::string& tls) const {
        return "services:\n  shop: { endpoints: [ \"127.0.0.1:8443\" ], protocol: https, tls: { " +
               tls +
               " } }\nroutes: [ { host: shop.test, service: shop } ]\nlog: { access: stdout }";
    }

    test::TempDir files;
    TestCa ca;
    std::optional<test::Nginx> nginx;
};

TEST_F(OriginsOverTls, AreMetByNameAndResumedWith) {
    serve();
    test::ProxyUnderTest proxy{
        configuration("ca: " + path("inside.pem") + ", server_name: Shop.Internal")};
    for (int i = 0; i < 8; ++i) {
        const auto got = proxy.get("https://shop.test/");
        EXPECT_EQ(got.status, 200) << got.body;
        EXPECT_NE(got.body.find(" shop.internal "), std::string::npos) << got.body;
    }
    EXPECT_EQ(proxy.count("origin_handshakes_total"), 8);
    EXPECT_GE(proxy.count("origin_handshakes_resumed_total"), 4) << "by any of the workers";
}

TEST_F(OriginsOverTls, AreShownOurCertificateAndRefuseUsWithoutOne) {
    serve("ssl_verify_client on; ssl_client_certificate " + path("inside.pem") + ";");
    test::ProxyUnderTest proxy{configuration("ca: " + path("inside.pem"))};
    const auto without = proxy.get("https://shop.test/");
    EXPECT_EQ(without.status, 400) << "nginx says it in HTTP: " << without.body;
    proxy.reload(configuration("ca: " + path("inside.pem") + ", certificate: " + path("ours.pem") +
                               ", key: " + path("ours.key")));
    const auto with = proxy.get("https://shop.test/");
    EXPECT_EQ(with.status, 200) << with.body;
    EXPECT_TRUE(with.body.starts_with("CN=front door ")) << with.body;
}

TEST_F(OriginsOverTls, AreNotBelievedForTheWrongReasonsAndTheReasonIsInTheLogOnly) {
    serve();
    const TestCa stranger;
    files.write("outside.pem", stranger.certificate_pem());
    test::ProxyUnderTest proxy{configuration("ca: " + path("outside.pem"))};
    const auto refused = proxy.get("https://shop.test/");
    EXPECT_EQ(refused.status, 502);
    EXPECT_EQ(refused.body.find("issuer"), std::string::npos) << refused.body;
    EXPECT_TRUE(proxy.process().says(R"("fault":"origin_untrusted")"));
    EXPECT_TRUE(
        proxy.process().says(R"("origin_trouble":"unable to get local issuer certificate")"));
    EXPECT_TRUE(proxy.process().says(
        "127.0.0.1:8443 of the service shop cannot be reached securely: unable to get"));

    proxy.reload(configuration("ca: " + path("inside.pem") + ", server_name: other.internal"));
    EXPECT_EQ(proxy.get("https://shop.test/").status, 502);
    EXPECT_TRUE(proxy.process().says(R"("origin_trouble":"hostname mismatch")"));

    proxy.reload(configuration("ca: " + path("inside.pem")));
    EXPECT_EQ(proxy.get("https://shop.test/").status, 200) << "the address is in the certificate";
}

}  // namespace
}  // namespace portcullis
