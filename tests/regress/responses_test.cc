// Responses that real origins send: which are passed on, and that what the client gets is one
// message in strict form whatever its origin wrote.
#include "proxy/http1/framing.h"
#include "proxy/http1/parser.h"
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::test {
namespace {

struct Case {
    const char* name;
    std::string response;  // whole; its body is "ok"
    bool strict;           // taken of every service
    bool lenient;          // taken of a service with response_parsing: lenient
};

std::vector<Case> cases() {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    return {
        {"no reason, no space", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", true, true},
        {"HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", true, true},
        {"padded chunk sizes", chunked + "2   \r\nok\r\n0  \r\n\r\n", true, true},
        {"spaced extensions", chunked + "2 ; a = b\r\nok\r\n0\r\n\r\n", true, true},
        {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, true},
        {"bare LF in chunks",
         "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\nX-Sum: 1\n\n", false, true},
        {"folded header", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 2\r\n\r\nok", false,
         true},
        {"control in a value",
         "HTTP/1.1 200 OK\r\nA: b\x01" + std::string(1, '\0') + "\r\nContent-Length: 2\r\n\r\nok",
         false, true},
        {"equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
         false, true},
        {"list of equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", false, true},
        {"chunked twice",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
         false, true},
        {"differing lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
         false, false},
        {"length and chunked",
         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok", false,
         false},
        {"space before a colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", false, false},
        {"four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", false, false},
    };
}

// The bytes must be one message with that body, by the strict parser and nothing behind it.
void expect_one_message(const std::string& bytes, const char* name) {
    http1::ResponseParser parser;
    ASSERT_EQ(parser.feed(bytes, {}), http1::Step::done) << name << bytes;
    const http1::Framing framing = http1::response_framing(parser.head(), false);
    ASSERT_EQ(framing.refusal, http::Refusal::none) << name;
    const std::string body = bytes.substr(parser.consumed());
    if (framing.kind == http1::BodyKind::length) {
        EXPECT_EQ(body, "ok") << name;
    } else {
        ASSERT_EQ(framing.kind, http1::BodyKind::chunked) << name;
        EXPECT_TRUE(body == "2\r\nok\r\n0\r\n\r\n" || body == "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n")
            << name << body;
    }
}

TEST(Responses, OfRealOriginsReachTheClientAsOneStrictMessage) {
    for (const Case& c : cases()) {
        for (const bool lenient : {false, true}) {
            const RawOrigin origin{always(c.response)};
            const Relay relay{origin.port(), [&](Config& config) {
                                  config.services[0].response_parsing =
                                      lenient ? ResponseParsing::lenient : ResponseParsing::strict;
                              }};
            const bool taken = lenient ? c.lenient : c.strict;
            RawClient client = relay.connect();
            client.send("GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
            const std::string got = client.read_to_end();
            EXPECT_TRUE(got.starts_with(taken ? "HTTP/1.1 200 " : "HTTP/1.1 502 "))
                << c.name << got;
            if (taken) {
                expect_one_message(got, c.name);
            }
            Http2Peer peer{relay};
            Http2Peer::Told& told = peer.open(kGet);
            EXPECT_TRUE(peer.finish(told).starts_with(taken ? "answer 200 " : "answer 502 "))
                << c.name << told.log;
            EXPECT_EQ(told.body == "ok", taken) << c.name;
        }
    }
}

}  // namespace
}  // namespace portcullis::test
