// The tools that people test a TLS server with.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

class Tools : public testing::Test {
  protected:
    Ended s_client(std::vector<std::string> options, const std::string& input = "") {
        std::vector<std::string> argv{"openssl",       "s_client",    "-connect",
                                      "127.0.0.1:443", "-servername", "shop.test",
                                      "-CAfile",       ca_,           "-verify_return_error"};
        argv.insert(argv.end(), options.begin(), options.end());
        return run({.argv = argv, .input = input}, 20s);
    }

    Nginx origin_{7001, "location / { return 200 ok; }"};
    ProxyUnderTest proxy_{shop_at({7001}) + kAnyRate};
    std::string ca_ = [this] {
        proxy_.dir().write("ca.pem", proxy_.ca().certificate_pem());
        return proxy_.dir().path() / "ca.pem";
    }();
};

TEST_F(Tools, OpensslAgreesOnBothVersionsAndNoOlder) {
    EXPECT_NE(s_client({"-tls1_3"}).out.find("New, TLSv1.3, Cipher is TLS_AES_128_GCM_SHA256"),
              std::string::npos);
    EXPECT_NE(
        s_client({"-tls1_2"}).out.find("New, TLSv1.2, Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"),
        std::string::npos);
    EXPECT_NE(s_client({"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}).exit_code, 0);
    EXPECT_NE(s_client({"-tls1_2", "-cipher", "AES128-SHA"}).exit_code, 0);
}

TEST_F(Tools, OpensslAgreesOnAProtocolThatBothSpeak) {
    EXPECT_NE(s_client({"-alpn", "http/1.1,h2"}).out.find("ALPN protocol: h2"), std::string::npos)
        << "our order decides";
    EXPECT_NE(s_client({"-alpn", "http/1.1"}).out.find("ALPN protocol: http/1.1"),
              std::string::npos);
    EXPECT_NE(s_client({}).out.find("No ALPN negotiated"), std::string::npos);
    EXPECT_NE(s_client({"-alpn", "spdy/3"}).exit_code, 0);
}

TEST_F(Tools, OpensslIsNotLetRenegotiate) {
    const Ended ended = s_client({"-tls1_2", "-legacy_renegotiation"}, "R\n");
    EXPECT_NE(ended.err.find("no renegotiation"), std::string::npos) << ended.err;
    EXPECT_TRUE(eventually([&] { return proxy_.count("renegotiations_refused_total") == 1; }));
    EXPECT_EQ(proxy_.count("offences_total"), 1);
}

TEST_F(Tools, OpensslResumesASessionUnderItsOwnNameOnly) {
    const std::string session = proxy_.dir().path() / "session.pem";
    for (const std::string version : {"-tls1_2", "-tls1_3"}) {
        // The request makes TLS 1.3's ticket arrive before the end.
        const std::string request =
            "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n";
        const Ended first = s_client({version, "-sess_out", session, "-ign_eof"}, request);
        EXPECT_NE(first.out.find("\nNew, "), std::string::npos) << first.out << first.err;
        EXPECT_NE(s_client({version, "-sess_in", session}).out.find("Reused, "), std::string::npos)
            << version;
        EXPECT_NE(
            s_client({version, "-sess_in", session, "-servername", "api.test"}).out.find("\nNew, "),
            std::string::npos)
            << version << ": resumed under another name of the same certificate";
    }
}

TEST_F(Tools, STimeMakesConnectionAfterConnection) {
    for (const std::string how : {"-new", "-reuse"}) {
        // It sends no SNI, so the default certificate has to be asked for.
        proxy_.reload(
            "tls:\n  certificates: [ { certificate: site.pem, key: site.key } ]\n  unknown_sni: "
            "default_certificate\n" +
            shop_at({7001}) + kAnyRate);
        const Ended ended = run(
            {.argv = {"openssl", "s_time", "-connect", "127.0.0.1:443", how, "-time", "1"}}, 60s);
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        EXPECT_NE(ended.out.find("connections in"), std::string::npos) << ended.out;
    }
    EXPECT_GT(proxy_.count("handshakes_total"), 2);
}

TEST_F(Tools, WrkSeesNoError) {
    const Ended ended = run({.argv = {"wrk", "-t1", "-c100", "-d2s", "--timeout", "60s", "-H",
                                      "Host: shop.test", "https://localhost/"}},
                            60s);
    // wrk sends SNI "localhost", which has no certificate here: refused, as it should be.
    EXPECT_EQ(proxy_.count("requests_total"), 0) << ended.out;
    proxy_.reload(
        "tls:\n  certificates: [ { certificate: site.pem, key: site.key } ]\n  unknown_sni: "
        "default_certificate\n" +
        shop_at({7001}) + kAnyRate);
    const Ended again = run({.argv = {"wrk", "-t1", "-c100", "-d2s", "--timeout", "60s", "-H",
                                      "Host: shop.test", "https://localhost/"}},
                            60s);
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.out.find("Socket errors"), std::string::npos) << again.out;
    EXPECT_EQ(again.out.find("Non-2xx"), std::string::npos) << again.out;
    EXPECT_GT(proxy_.count("answers_2xx_total"), 100);
}

}  // namespace
}  // namespace portcullis::test
