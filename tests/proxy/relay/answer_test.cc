#include "proxy/relay/answer.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

RawOrigin::Script says(std::string bytes) {
    return [bytes](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send(bytes);
    };
}

TEST(Answer, InterimOnesArePassedOnBeforeIt) {
    const RawOrigin origin{
        says("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    const std::string interim = test::head_of(client);
    EXPECT_TRUE(interim.starts_with("HTTP/1.1 103 ")) << interim;
    EXPECT_NE(interim.find("Link: </a.css>\r\n"), std::string::npos);
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST(Answer, InterimOnesWithoutEndAreABadAnswer) {
    std::string endless;
    for (int i = 0; i <= kInterimAnswersMax; ++i) {
        endless += "HTTP/1.1 103 Early Hints\r\n\r\n";
    }
    const RawOrigin origin{says(endless + answer("late"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    for (int i = 0; i <= kInterimAnswersMax; ++i) {
        EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 103 "));
    }
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 502 "));
}

TEST(Answer, AnHttp10ClientIsSparedInterimOnes) {
    const RawOrigin origin{says("HTTP/1.1 103 Early Hints\r\n\r\n" + answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send("GET / HTTP/1.0\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 200 "));
}

// The lengths tell what a GET would have got; nothing follows them (RFC 9112, 6.3).
TEST(Answer, ToHeadAnd204And304HasNoBodyAndTheConnectionGoesOn) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"},
        {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"},
        {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
    };
    for (const auto& [method, bytes] : cases) {
        const RawOrigin origin{test::always(bytes)};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        const std::string request = method + " / HTTP/1.1\r\nHost: shop.test\r\n\r\n";
        client.send(request + request);
        const std::string status = bytes.substr(0, bytes.find("\r\n"));
        EXPECT_TRUE(test::head_of(client).starts_with(status)) << bytes;
        const std::string second = test::head_of(client);
        EXPECT_TRUE(second.starts_with(status)) << bytes << "second: " << second;
        EXPECT_EQ(origin.connections(), 1) << bytes;
    }
}

TEST(Answer, WithoutALengthIsChunkedForTheClientAndItsConnectionGoesOn) {
    const RawOrigin origin{says("HTTP/1.1 200 OK\r\n\r\nall there is")};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    for (int i = 0; i < 2; ++i) {
        client.send(test::get("/"));
        EXPECT_NE(test::head_of(client).find("Transfer-Encoding: chunked\r\n"), std::string::npos);
        const std::string body = client.read_until("\r\n0\r\n\r\n");
        EXPECT_NE(body.find("all there is"), std::string::npos) << body;
    }
    EXPECT_EQ(origin.connections(), 2) << "the end of one is the end of the answer";
}

TEST(Answer, OfUnknownLengthEndsWithTheConnectionForAnHttp10Client) {
    const RawOrigin origin{
        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n")};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send("GET / HTTP/1.0\r\nHost: shop.test\r\nConnection: keep-alive\r\n\r\n");
    const std::string head = test::head_of(client);
    EXPECT_EQ(head.find("chunked"), std::string::npos) << head;
    EXPECT_EQ(client.read_to_end(), "all");
    EXPECT_EQ(client.end(), test::End::clean) << "or it could not tell a whole from a cut one";
}

TEST(Answer, TrailersArePassedOn) {
    const RawOrigin origin{
        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: "
             "Sum\r\n\r\n3\r\nall\r\n0\r\nSum: 294\r\n\r\n")};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    test::head_of(client);
    EXPECT_EQ(client.read_until("\r\n\r\n"), "3\r\nall\r\n0\r\nSum: 294\r\n\r\n");
}

TEST(Answer, ThatBreaksOffIsCutForTheClientToo) {
    for (const std::string bytes :
         {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
          "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nbad\r\n"}) {
        const RawOrigin origin{says("HTTP/1.1 200 OK\r\n" + bytes)};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        client.send(test::get("/"));
        EXPECT_NE(client.read_to_end().find("half"), std::string::npos) << bytes;
        EXPECT_EQ(client.end(), test::End::truncated) << bytes;
    }
}

TEST(Answer, IsAwaitedOnlySoLong) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    const Relay relay{origin.port(), [](Config& config) {
                          config.services[0].response_timeout = std::chrono::milliseconds{50};
                      }};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 504 "));
    EXPECT_TRUE(relay.counts(Fault::origin_timeout, 1));
}

}  // namespace
}  // namespace portcullis::relay
