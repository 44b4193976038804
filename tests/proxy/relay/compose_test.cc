#include "proxy/relay/compose.h"

#include "proxy/http/via.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

TEST(Compose, TellsTheOriginOfTheClientAndTheClientOfTheProxy) {
    const RawOrigin origin{test::always(answer("ok", "200 OK", "Server: x\r\nKeep-Alive: 5\r\n"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/a?b", "Accept: */*\r\nTE: trailers, gzip\r\nVia: 1.1 evil\r\n"));
    const std::string got = client.read_until("ok");
    const std::string sent = origin.received().at(0);
    EXPECT_TRUE(
        sent.starts_with("GET /a?b HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\nTE: "
                         "trailers\r\nX-Forwarded-For: 203.0.113.7\r\n"))
        << sent;
    EXPECT_NE(sent.find("\r\nVia: 1.1 " + std::string{http::pseudonym()} + "\r\n"),
              std::string::npos);
    EXPECT_TRUE(sent.ends_with("\r\nConnection: TE\r\n\r\n")) << sent;
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\nServer: x\r\nVia: 1.1 portcullis\r\n")) << got;
    EXPECT_NE(got.find("\r\nContent-Length: 2\r\nDate: "), std::string::npos) << got;
    EXPECT_TRUE(
        got.ends_with(" GMT\r\nStrict-Transport-Security: max-age=63072000; "
                      "includeSubDomains; preload\r\n\r\nok"));
}

TEST(Compose, TheDateOfAnOriginStays) {
    const RawOrigin origin{
        test::always(answer("ok", "200 OK", "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    const std::string got = client.read_until("ok");
    EXPECT_NE(got.find("\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos) << got;
    EXPECT_EQ(got.find("Date: "), std::string::npos) << got;
}

TEST(Compose, ANewAnswerHasNothingOfTheOneBefore) {
    const RawOrigin origin{test::always("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
                                        answer("ok", "200 OK", "Server: x\r\n"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_NE(test::head_of(client).find("\r\nLink: </a>\r\n"), std::string::npos);
    const std::string head = test::head_of(client);
    EXPECT_EQ(head.find("Link"), std::string::npos) << head;
    EXPECT_NE(head.find("\r\nServer: x\r\n"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::relay
