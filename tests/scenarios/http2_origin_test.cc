// Endpoints that speak HTTP/2, as a real server does, and one that does not.
#include "tests/support/nghttpd.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Http2Origin, AnswersClientsThatSpeakHttp1) {
    const Nghttpd origin{7001, {"--echo-upload", "--trailer=sum: 1"}};
    origin.dir().write("file", std::string(300'000, 'x'));
    const ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001}, {"protocol: h2c"})};
    const Fetched file = proxy.get("https://shop.test/file", {"--http1.1"});
    EXPECT_EQ(file.status, 200);
    EXPECT_EQ(file.body, std::string(300'000, 'x'));
    EXPECT_EQ(proxy.get("https://shop.test/none", {"--http1.1"}).status, 404);
    const Fetched echo =
        proxy.get("https://shop.test/echo", {"--http1.1", "--data", std::string(70'000, 'y')});
    EXPECT_EQ(echo.body, std::string(70'000, 'y'));
    EXPECT_EQ(proxy.count("origin_connects_total"), 1);
    EXPECT_EQ(proxy.count("origin_reuses_total"), 2);
}

TEST(Http2Origin, ItsTrailersReachClientsThatSpeakHttp1) {
    const Nghttpd origin{7001, {"--trailer=sum: 1", "--no-content-length"}};
    origin.dir().write("file", "hello");
    const ProxyUnderTest proxy{shop_at({7001}, {"protocol: h2c"})};
    RawClient client = proxy.connect();
    client.send("GET /file HTTP/1.1\r\nHost: shop.test\r\nTE: trailers\r\n\r\n");
    EXPECT_NE(client.read_until("\r\n\r\n").find("Transfer-Encoding: chunked\r\n"),
              std::string::npos);
    EXPECT_EQ(client.read_until("\r\n\r\n"), "5\r\nhello\r\n0\r\nsum: 1\r\n\r\n");
}

// Streams beyond what it allows wait for nobody: they get a connection of their own.
TEST(Http2Origin, ThatAllowsOneStreamIsGivenMoreConnections) {
    const Nghttpd origin{7001, {"--max-concurrent-streams=1"}};
    origin.dir().write("file", std::string(3'000'000, 'x'));
    const ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001}, {"protocol: h2c"})};
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(proxy.connect());
        clients.back().send("GET /file HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    }
    for (RawClient& client : clients) {
        client.read_until("\r\n\r\n");
        EXPECT_EQ(client.read(3'000'000).size(), 3'000'000U);
    }
    EXPECT_EQ(proxy.count("requests_total"), 3);
    EXPECT_GE(proxy.count("origin_connects_total"), 2);
}

TEST(Http2Origin, ThatHasGoneIsConnectedToAnew) {
    auto origin = std::make_unique<Nghttpd>(7001);
    const ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001}, {"protocol: h2c"})};
    EXPECT_EQ(proxy.get("https://shop.test/none").status, 404);
    origin.reset();
    EXPECT_EQ(proxy.get("https://shop.test/none").status, 502);
    origin = std::make_unique<Nghttpd>(7001);
    EXPECT_EQ(proxy.get("https://shop.test/none").status, 404);
}

TEST(Http2Origin, OneThatSpeaksHttp1InsteadIsABadGateway) {
    const RawOrigin origin{always(answer("this is HTTP/1.1")), 7001};
    const ProxyUnderTest proxy{shop_at({7001}, {"protocol: h2c"})};
    EXPECT_EQ(proxy.get("https://shop.test/").status, 502);
}

}  // namespace
}  // namespace portcullis::test
