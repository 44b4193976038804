// On a connection of HTTP/1 that is kept every response says where it ends: one that does not lets
// its client hang, or take the next response for this one's body.
#include "tests/proxy/relay/h2c_origin.h"
#include "tests/proxy/relay/relay_fixture.h"
#include "tests/proxy/relay/written_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::test {
namespace {

// One response for each request, all on one connection, which the relay would go on with.
std::vector<WrittenMessage> ask_all(RawClient& client, const std::vector<std::string>& methods,
                                    std::string_view headers = "") {
    std::vector<WrittenMessage> all;
    for (const std::string& method : methods) {
        client.send(method + " / HTTP/1.1\r\nHost: shop.test\r\n" + std::string{headers} + "\r\n");
        WrittenMessages got =
            take_response([&](std::size_t size) { return client.read(size); }, method);
        EXPECT_EQ(got.trouble, "") << method;
        EXPECT_NE(got.all.at(0).framing, http1::BodyKind::until_close);
        EXPECT_FALSE(got.all.at(0).last) << got.all.at(0).head;
        all.push_back(std::move(got.all.at(0)));
    }
    client.close_notify();
    EXPECT_EQ(client.read_to_end(), "");
    return all;
}

const std::vector<std::string> kMethods{"GET", "HEAD", "POST", "DELETE", "OPTIONS", "GET"};

TEST(UnframedResponses, OfAnOriginOfHttp2AreFramedForAClientOfHttp1) {
    for (const int status : {200, 201, 204, 205, 302, 304, 401, 404, 500, 503}) {
        for (const bool ends_with_head : {true, false}) {
            const RawOrigin origin{H2cOrigin::serves([&](const H2cRequest& request) {
                const bool bodiless = request.method == "HEAD" || status == 204 || status == 304;
                return H2cResponse{.status = status, .ends_with_head = ends_with_head || bodiless};
            })};
            const Relay relay{origin.port(),
                              [](Config& config) { config.services[0].protocol = Protocol::h2c; }};
            RawClient client = relay.connect();
            for (const WrittenMessage& message : ask_all(client, kMethods)) {
                EXPECT_EQ(message.start, std::to_string(status));
                EXPECT_EQ(message.body, "");
            }
        }
    }
}

// A head that is a trailer section as well: gRPC's way to say an error.
TEST(UnframedResponses, OfTrailersOnlyAreFramed) {
    const RawOrigin origin{H2cOrigin::serves([](const H2cRequest&) {
        return H2cResponse{.fields = {{"content-type", "application/grpc"}, {"grpc-status", "12"}},
                           .ends_with_head = true};
    })};
    const Relay relay{origin.port(),
                      [](Config& config) { config.services[0].protocol = Protocol::h2c; }};
    RawClient client = relay.connect();
    for (const WrittenMessage& message :
         ask_all(client, {"POST", "POST"}, "Content-Type: application/grpc\r\n")) {
        EXPECT_NE(message.head.find("grpc-status: 12\r\n"), std::string::npos) << message.head;
        EXPECT_NE(message.head.find("\r\nContent-Length: 0\r\n"), std::string::npos);
    }
}

// Our own words to a client of gRPC, and to one that asks for a head only.
TEST(UnframedResponses, OfOurOwnAreFramed) {
    std::uint16_t nobody = 0;
    {
        const RawOrigin gone{always(answer(""))};
        nobody = gone.port();
    }
    const Relay relay{nobody};
    RawClient grpc = relay.connect();
    for (const WrittenMessage& message :
         ask_all(grpc, {"POST", "GET"}, "Content-Type: application/grpc+proto\r\n")) {
        EXPECT_NE(message.head.find("grpc-status: 14\r\n"), std::string::npos) << message.head;
    }
    RawClient plain = relay.connect();
    for (const WrittenMessage& message : ask_all(plain, kMethods)) {
        EXPECT_EQ(message.start, "502");
    }
}

TEST(UnframedResponses, OfARedirectAreFramed) {
    const Relay relay{1, [](Config& config) {
                          config.routes[0].service.clear();
                          config.routes[0].redirect.emplace().to = "https://elsewhere.test/";
                      }};
    RawClient client = relay.connect();
    for (const WrittenMessage& message : ask_all(client, kMethods)) {
        EXPECT_EQ(message.start[0], '3');
    }
}

// It is asked by GET whatever the client's method was, so that it may have a body for a HEAD.
TEST(UnframedResponses, OfForwardAuthAreTheClientsMethods) {
    for (const bool http2 : {false, true}) {
        for (const int status : {302, 401, 403, 404}) {
            for (const std::string body : {"", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
                const std::string head = std::to_string(status) + " Said";
                const RawOrigin auth{http2 ? H2cOrigin::serves([&](const H2cRequest&) {
                    return H2cResponse{
                        .status = status, .body = body, .ends_with_head = body.empty()};
                })
                                           : always(answer(body, head))};
                const RawOrigin origin{always(answer("never"))};
                const Relay relay{
                    origin.port(), [&](Config& config) {
                        ServiceConfig service;
                        service.name = "auth";
                        service.protocol = http2 ? Protocol::h2c : Protocol::http1;
                        service.endpoints = {{IpAddress::parse("127.0.0.1").value(), auth.port()}};
                        config.services.push_back(service);
                        config.routes[0].forward_auth.emplace().service = "auth";
                    }};
                RawClient client = relay.connect();
                const auto all = ask_all(client, kMethods);
                for (std::size_t i = 0; i < all.size(); ++i) {
                    EXPECT_EQ(all[i].start, std::to_string(status));
                    EXPECT_EQ(all[i].body, kMethods[i] == "HEAD" ? "" : body) << kMethods[i];
                }
                EXPECT_EQ(origin.connections(), 0);
            }
        }
    }
}

}  // namespace
}  // namespace portcullis::test
