// A trailer section is a second place for the names of headers: what a route removes, sets or
// learns of the client must not come in by it, whichever version of HTTP carries it.
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::test {
namespace {

constexpr std::string_view kTrailers =
    "X-Tenant: forged\r\nx_debug: forged\r\nX.Authenticated.User: forged\r\n"
    "X-Forwarded-For: forged\r\nClient-Cert: forged\r\nX-Sum: sum\r\n";

const std::vector<http::Field> kFields = {
    {"x-tenant", "forged"},        {"x_debug", "forged"},     {"x.authenticated.user", "forged"},
    {"x-forwarded-for", "forged"}, {"client-cert", "forged"}, {"x-sum", "sum"}};

void edits(Config& config) {
    for (HeaderEdits* const headers :
         {&config.routes[0].request_headers, &config.routes[0].answer_headers}) {
        headers->set = {{"X-Tenant", "clinic"}};
        headers->remove = {"X-Debug", "X-Authenticated-User"};
    }
}

// Reads a request with a chunked body, then answers.
RawOrigin::Script takes_chunks() {
    return [](auto& connection) {
        while (!connection.read_head().empty()) {
            connection.read_head();  // the chunks end like a head
            connection.send(answer("ok"));
        }
    };
}

TEST(Trailers, OfARequestReachNoOriginUnlessItIsGrpc) {
    for (const bool grpc : {false, true}) {
        const RawOrigin origin{takes_chunks()};
        const Relay relay{origin.port(), edits};
        const std::string type = grpc ? "application/grpc+proto" : "text/plain";
        RawClient client = relay.connect();
        client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Type: " + type +
                    "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n" +
                    std::string{kTrailers} + "\r\n");
        EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
        Http2Peer peer{relay};
        const std::vector<http::Field> fields = {{"content-type", type}};
        Http2Peer::Told& told = peer.open(kPost, false, fields);
        peer.send(told, "x", false);
        peer.session().send_trailers(*told.stream, kFields);
        EXPECT_TRUE(peer.finish(told).ends_with("answer 200 end closed 0 ")) << told.log;
        for (const std::string& received : origin.received()) {
            EXPECT_EQ(received.find("forged"), std::string::npos) << received;
            EXPECT_EQ(received.find(": sum\r\n") != std::string::npos, grpc) << received;
        }
    }
}

TEST(Trailers, OfAResponseAreEditedAsItsHeadIs) {
    const RawOrigin origin{
        always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
               "2\r\nok\r\n0\r\n" +
               std::string{kTrailers} + "\r\n")};
    const Relay relay{origin.port(), edits};
    RawClient client = relay.connect();
    client.send(get("/", "TE: trailers\r\n"));
    head_of(client);
    EXPECT_EQ(client.read_until("\r\n\r\n"), "2\r\nok\r\n0\r\nX-Sum: sum\r\n\r\n");
    Http2Peer peer{relay};
    EXPECT_EQ(peer.finish(peer.open(kGet)), "answer 200 end x-sum=sum closed 0 ");
}

}  // namespace
}  // namespace portcullis::test
