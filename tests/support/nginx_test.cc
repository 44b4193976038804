#include "tests/support/nginx.h"

#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Nginx, ServesItsBlockAndLogsIt) {
    const Nginx origin{8081, "location / { return 200 hello; }"};
    RawClient client = RawClient::plain(8081);
    client.send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().ends_with("\r\n\r\nhello"));
    EXPECT_TRUE(eventually(
        [&] { return origin.access_log().find(" 1 GET /x HTTP/1.1\n") != std::string::npos; }));
}

TEST(Nginx, SaysWhyItDoesNotStart) {
    try {
        const Nginx origin{8081, "nonsense;"};
        FAIL() << "started";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find("unknown directive \"nonsense\""),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace portcullis::test
