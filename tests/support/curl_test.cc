#include "tests/support/curl.h"

#include "tests/support/nginx.h"
#include "tests/support/raw_origin.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Curl, GivesStatusHeadersAndBodyOverTls) {
    const TempDir dir;
    const TestCa ca;
    const auto files = ca.issue_into(dir, "site", {.names = {"shop.test"}});
    const Nginx origin{
        8081, "listen 127.0.0.1:443 ssl; ssl_certificate " + files.certificate.string() +
                  "; ssl_certificate_key " + files.key.string() +
                  "; location / { add_header X-Seen $ssl_server_name always; return 203 hello; }"};
    const Curl curl{ca.write_into(dir)};
    const Fetched fetched = curl("https://shop.test/");
    EXPECT_EQ(fetched.exit_code, 0) << fetched.error;
    EXPECT_EQ(fetched.status, 203);
    EXPECT_EQ(fetched.header("x-seen"), "shop.test");
    EXPECT_EQ(fetched.body, "hello");
    EXPECT_EQ(curl("https://other.test/").exit_code, 60);  // CURLE_PEER_FAILED_VERIFICATION
}

TEST(Curl, KeepsTheLastOfSeveralHeads) {
    const RawOrigin origin{always("HTTP/1.1 103 Early Hints\r\nA: 1\r\n\r\n" +
                                  answer("x", "201 Created", "B: 2\r\n"))};
    const TempDir dir;
    const Fetched fetched =
        Curl{dir.write("ca.pem", ""), "127.0.0.1", origin.port()}("http://a.test/");
    EXPECT_EQ(fetched.status, 201);
    EXPECT_EQ(fetched.header("a"), "");
    EXPECT_EQ(fetched.header("b"), "2");
}

}  // namespace
}  // namespace portcullis::test
