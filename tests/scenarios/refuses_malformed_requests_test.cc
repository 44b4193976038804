// Requests that two parsers could read differently are refused, and no byte of them reaches an
// origin (RFC 9112, sections 2.2, 5 and 6, without the tolerances they allow).
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

struct Case {
    std::string name;
    std::string request;
    std::string status;
};

std::vector<Case> cases() {
    const std::string get = "GET / HTTP/1.1\r\n";
    const std::string post = "POST / HTTP/1.1\r\nHost: shop.test\r\n";
    return {
        {"no host", get + "\r\n", "400"},
        {"two hosts", get + "Host: shop.test\r\nHost: api.test\r\n\r\n", "400"},
        {"host that is none", get + "Host: shop_test/..\r\n\r\n", "400"},
        {"bare LF", "GET / HTTP/1.1\nHost: shop.test\n\n", "400"},
        {"bare CR in a value", get + "Host: shop.test\r\nA: b\rc\r\n\r\n", "400"},
        {"NUL in a value", get + "Host: shop.test\r\nA: b" + std::string(1, '\0') + "c\r\n\r\n",
         "400"},
        {"folded line", get + "Host: shop.test\r\nA: b\r\n c\r\n\r\n", "400"},
        {"space before colon", get + "Host : shop.test\r\n\r\n", "400"},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: shop.test\r\n\r\n", "400"},
        {"HTTP/2 preface line", "PRI * HTTP/2.0\r\n\r\n", "505"},
        {"HTTP/0.9", "GET /\r\n\r\n", "400"},
        {"length and encoding",
         post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"},
        {"list of lengths", post + "Content-Length: 3, 4\r\n\r\nabcd", "400"},
        {"signed length", post + "Content-Length: +3\r\n\r\nabc", "400"},
        {"huge length", post + "Content-Length: 99999999999999999999999\r\n\r\n", "400"},
        {"unknown encoding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "400"},
        {"chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "400"},
        {"chunked in HTTP/1.0",
         "POST / HTTP/1.0\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         "400"},
        {"long request line",
         "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: shop.test\r\n\r\n", "414"},
        {"long header", get + "Host: shop.test\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n",
         "431"},
        {"target of another host", "GET http://api.test/ HTTP/1.1\r\nHost: shop.test\r\n\r\n",
         "400"},
    };
}

TEST(MalformedRequests, AreRefusedBeforeAnOriginHearsOfThem) {
    const RawOrigin origin{always(answer("served"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    for (const Case& test : cases()) {
        RawClient client = proxy.connect();
        ASSERT_TRUE(client.connected()) << client.error();
        client.send(test.request + "GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        const std::string said = client.read_to_end();
        EXPECT_TRUE(said.starts_with("HTTP/1.1 " + test.status + " ")) << test.name << ": " << said;
        EXPECT_EQ(said.find("served"), std::string::npos) << test.name;
        EXPECT_EQ(client.end(), End::clean) << test.name;
    }
    EXPECT_EQ(origin.connections(), 0);
}

// Here the head is fine, so the origin has got it; what matters is that nothing after it is taken
// for a request.
TEST(MalformedRequests, WithABadChunkEndTheConnection) {
    const RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    for (const std::string body :
         {"x\r\n", "5\nhello\r\n", "5\r\nhelloX\r\n", "-1\r\n", "11111111111111111\r\n"}) {
        RawClient client = proxy.connect();
        client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    body + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n");
        const std::string said = client.read_to_end();
        EXPECT_TRUE(said.starts_with("HTTP/1.1 400 ")) << body << ": " << said;
        EXPECT_NE(client.end(), End::open) << body;
    }
    for (const std::string& received : origin.received()) {
        EXPECT_EQ(received.find("smuggled"), std::string::npos) << received;
    }
}

}  // namespace
}  // namespace portcullis::test
