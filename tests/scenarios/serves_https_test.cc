// The everyday: real clients get what the origins say, over TLS, whole and unchanged.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::test {
namespace {

std::string letters(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + i % 23);
    }
    return text;
}

TEST(ServesHttps, GivesTheOriginsAnswerWhateverItsSize) {
    const Nginx origin{8081, "location / { add_header X-From nginx; }"};
    ProxyUnderTest proxy{shop_at({8081})};
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16'384},
                                   std::size_t{16'385}, std::size_t{5'000'000}}) {
        const std::string content = letters(size);
        origin.dir().write("file.txt", content);
        const Fetched fetched = proxy.get("https://shop.test/file.txt");
        EXPECT_EQ(fetched.exit_code, 0) << fetched.error;
        EXPECT_EQ(fetched.status, 200);
        EXPECT_EQ(fetched.header("x-from"), "nginx");
        EXPECT_TRUE(fetched.body == content)
            << size << " bytes sent, " << fetched.body.size() << " received";
    }
}

TEST(ServesHttps, PassesRequestBodiesOfKnownAndUnknownLength) {
    const RawOrigin origin{[](auto& connection) {
        const std::string head = connection.read_head();
        const bool chunked = head.find("hunked") != std::string::npos;
        std::string body;
        while (chunked ? !body.ends_with("\r\n0\r\n\r\n") : body.size() < 300'000) {
            const std::string byte = connection.read(1);
            if (byte.empty()) {
                return;
            }
            body += byte;
        }
        connection.send(answer(chunked ? "chunked" : body.substr(0, 5)));
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const std::string file = proxy.dir().write("upload", letters(300'000));
    EXPECT_EQ(proxy.get("https://shop.test/", {"--data-binary", "@" + file}).body, "abcde");
    EXPECT_EQ(proxy
                  .get("https://shop.test/",
                       {"--data-binary", "@" + file, "-H", "Transfer-Encoding: chunked"})
                  .body,
              "chunked");
}

TEST(ServesHttps, AnswersHeadWithoutABody) {
    const Nginx origin{8081, "location / { return 200 hello; }"};
    ProxyUnderTest proxy{shop_at({8081})};
    const Fetched fetched = proxy.get("https://shop.test/", {"--head"});
    EXPECT_EQ(fetched.exit_code, 0) << fetched.error;
    EXPECT_EQ(fetched.header("content-length"), "5");
}

TEST(ServesHttps, PassesAnswersWithoutALength) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const Fetched fetched = proxy.get("https://shop.test/");
    EXPECT_EQ(fetched.exit_code, 0) << fetched.error;
    EXPECT_EQ(fetched.body, "until the end");
}

TEST(ServesHttps, AnswersManyRequestsOnOneConnectionInOrder) {
    const Nginx origin{8081, "location / { return 200 $uri; }"};
    ProxyUnderTest proxy{shop_at({8081})};
    RawClient client = proxy.connect();
    ASSERT_TRUE(client.connected()) << client.error();
    std::string requests;
    for (int i = 0; i < 20; ++i) {
        requests += "GET /number" + std::to_string(i) + " HTTP/1.1\r\nHost: shop.test\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 20; ++i) {
        EXPECT_NE(client.read_until("/number" + std::to_string(i)).find("200 OK"),
                  std::string::npos)
            << i;
    }
    EXPECT_EQ(proxy.count("requests_total"), 20);
    EXPECT_EQ(proxy.count("connections_total"), 1);
}

TEST(ServesHttps, ReusesItsConnectionToTheOrigin) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()})};
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    }
    EXPECT_EQ(origin.connections(), 1);
    EXPECT_EQ(proxy.count("origin_reuses_total"), 4);
}

TEST(ServesHttps, UsesAllEndpointsOfAService) {
    for (const std::string balance : {"round_robin", "p2c", "least_requests"}) {
        const RawOrigin first{always(answer("first"))};
        const RawOrigin second{always(answer("second"))};
        ProxyUnderTest proxy{shop_at({first.port(), second.port()}, {"balance: " + balance})};
        std::set<std::string> seen;
        for (int i = 0; i < 30; ++i) {
            seen.insert(proxy.get("https://shop.test/").body);
        }
        EXPECT_EQ(seen, (std::set<std::string>{"first", "second"})) << balance;
    }
}

TEST(ServesHttps, TellsTheOriginWhoAskedAndDropsWhatTheClientClaims) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const Fetched fetched =
        proxy.get("https://shop.test/a?b=c",
                  {"-H", "X-Forwarded-For: 192.0.2.9", "-H", "X-Forwarded-Proto: http"});
    EXPECT_EQ(fetched.body, "ok");
    const std::string request = origin.received().at(0);
    EXPECT_TRUE(request.starts_with("GET /a?b=c HTTP/1.1\r\n")) << request;
    EXPECT_EQ(request.find("192.0.2.9"), std::string::npos) << request;
    EXPECT_NE(request.find("127.0.0.1\r\n"), std::string::npos) << request;
    EXPECT_NE(request.find("https\r\n"), std::string::npos) << request;
}

TEST(ServesHttps, AcceptsOnBothAddressFamilies) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const Curl over_ipv6{proxy.dir().path() / "ca.pem", "[::1]"};
    EXPECT_EQ(over_ipv6("https://shop.test/").body, "ok");
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
}

TEST(ServesHttps, ResumesSessionsOfBothTlsVersions) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsWanted wanted{.server_name = "shop.test",
                         .version_max = version,
                         .ca_pem = proxy.ca().certificate_pem()};
        RawClient first = RawClient::tls(443, wanted);
        first.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        first.read_until("ok");
        const TlsSession session = first.session();
        wanted.session = session.get();
        RawClient second = RawClient::tls(443, wanted);
        EXPECT_TRUE(second.resumed()) << version << " " << second.error();
        second.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        EXPECT_TRUE(second.read_until("ok").ends_with("ok"));
    }
}

}  // namespace
}  // namespace portcullis::test
