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
    EXPECT_NE(got.find("\r\nDate: "), std::string::npos) << got;
    EXPECT_TRUE(
        got.ends_with(" GMT\r\nStrict-Transport-Security: max-age=63072000\r\n"
                      "Content-Length: 2\r\n\r\nok"))
        << got;
}

// What the route was found by is what the origin gets, however it was written. The query is not
// touched.
TEST(Compose, AsksTheOriginForThePathThatWasMatched) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    const auto asked = [&](const std::string& request) {
        client.send(request);
        client.read_until("ok");
        const std::string all = origin.received().at(0);
        const std::string line = all.substr(all.rfind("GET "));
        return line.substr(4, line.find(" HTTP/1.1") - 4);
    };
    const std::pair<const char*, const char*> cases[] = {
        {"/staff/../x?a=/../b", "/x?a=/../b"},
        {"/staff/%2e%2e/x", "/x"},
        {"/%61%2fb%2f", "/a%2Fb%2F"},
        {"/a//b/", "/a//b/"},
        {"//a", "//a"},
        {"https://shop.test/a/./%7eb?", "/a/~b?"},
        {"https://shop.test", "/"},
    };
    for (const auto& [written, want] : cases) {
        EXPECT_EQ(asked("GET " + std::string{written} + " HTTP/1.1\r\nHost: shop.test\r\n\r\n"),
                  want)
            << written;
    }
    client.send("OPTIONS * HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    client.read_until("ok");
    EXPECT_NE(origin.received().at(0).find("OPTIONS * HTTP/1.1\r\n"), std::string::npos);
}

// Origins that check a signature of the path get what was signed, as long as it cannot lead them
// past another route's rules.
TEST(Compose, AsksAServiceThatSignsPathsForThePathAsWritten) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), [](Config& config) {
                          config.services[0].path = PathForm::as_written;
                          RouteConfig guarded = config.routes[0];
                          guarded.path = "/staff";
                          guarded.allow.clear();
                          config.routes.push_back(guarded);
                      }};
    RawClient client = relay.connect();
    client.send(test::get("/bucket/./%7ea//b%2fc?x"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(origin.received().at(0).starts_with("GET /bucket/./%7ea//b%2fc?x HTTP/1.1\r\n"));
    client.send(test::get("/staff/../bucket"));
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(relay.counts(http::Refusal::ambiguous_path, 1));
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
