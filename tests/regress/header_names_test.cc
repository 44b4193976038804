// A client must have no spelling of a header's name that the proxy does not know and an origin
// does: CGI, WSGI and PHP make one name of X-User, X_User and X.User.
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace portcullis::test {
namespace {

// What services may believe, each name once; only the separators differ below.
constexpr const char* kNames[] = {
    "x-authenticated-user",
    "x-forwarded-for",
    "x-real-ip",
    "x-client-certificate-verified",
    "x-tenant",
    "x-debug",
    "client-cert",
    "x-http-method-override",
    "x-original-url",
    "x-ssl-verify",
    "ssl-client-verify",
    "cf-connecting-ip",
    "true-client-ip",
    "x-request-id",
    "transfer-encoding_",
    "content-length_",
};

// Every byte of a token that is no letter, digit or hyphen.
constexpr std::string_view kSeparators = "!#$%&'*+.^_`|~";

// The same name with that separator; those that end in '_' only stand for what frames a message,
// which cannot be sent under its own name.
std::string spelled(std::string name, char separator) {
    if (name.ends_with('_')) {
        name.pop_back();
    }
    std::replace(name.begin(), name.end(), '-', separator);
    return name;
}

// A route that asks a service who the client is, and edits headers.
Relay::Change guarded(std::uint16_t auth) {
    return [auth](Config& config) {
        ServiceConfig service;
        service.name = "auth";
        service.endpoints = {{IpAddress::parse("127.0.0.1").value(), auth}};
        config.services.push_back(service);
        ForwardAuth& forward = config.routes[0].forward_auth.emplace();
        forward.service = "auth";
        forward.request_headers = {"X-Original-URL", "Cookie"};
        forward.answer_headers = {"X-Authenticated-User"};
        config.routes[0].request_headers.set = {{"X-Tenant", "clinic"}};
        config.routes[0].request_headers.remove = {"X-Debug"};
    };
}

TEST(HeaderNames, HaveNoSpellingThatOnlyTheOriginKnowsOverHttp1) {
    const RawOrigin auth{always(answer("", "200 OK", "X-Authenticated-User: ann\r\n"))};
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), guarded(auth.port())};
    RawClient client = relay.connect();
    for (const char separator : kSeparators) {
        std::string lines;
        for (const std::string name : kNames) {
            lines += spelled(name, separator) + ": forged\r\n";
        }
        client.send(get("/", lines));
        ASSERT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 ")) << separator;
    }
    for (const RawOrigin* const asked : {&origin, &auth}) {
        const std::string received = asked->received().at(0);
        EXPECT_EQ(received.find("forged"), std::string::npos) << received;
    }
    EXPECT_NE(origin.received().at(0).find("X-Authenticated-User: ann\r\n"), std::string::npos);
}

TEST(HeaderNames, HaveNoSpellingThatOnlyTheOriginKnowsOverHttp2) {
    const RawOrigin auth{always(answer("", "200 OK", "X-Authenticated-User: ann\r\n"))};
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), guarded(auth.port())};
    Http2Peer peer{relay};
    for (const char separator : kSeparators) {
        std::vector<std::string> names;
        for (const std::string name : kNames) {
            names.push_back(spelled(name, separator));
        }
        std::vector<http::Field> fields;
        for (const std::string& name : names) {
            fields.push_back({name, "forged"});
        }
        EXPECT_EQ(peer.finish(peer.open(kGet, true, fields)), "answer 200 end closed 0 ")
            << separator;
    }
    for (const RawOrigin* const asked : {&origin, &auth}) {
        for (const std::string& received : asked->received()) {
            EXPECT_EQ(received.find("forged"), std::string::npos) << received;
        }
    }
}

// The plain spelling of those that only we or a trusted proxy may write.
TEST(HeaderNames, ThatOriginsBelieveAreNotTheClientsToSay) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(get("/",
                    "Client-Cert: forged\r\nClient-Cert-Chain: forged\r\nTrue-Client-IP: forged\r\n"
                    "CF-Connecting-IP: forged\r\nX-Client-IP: forged\r\nX-Forwarded: forged\r\n"
                    "X-SSL-Client-CN: forged\r\nSSL-Client-Verify: forged\r\n"
                    "X-Original-URL: forged\r\nX-Rewrite-URL: forged\r\n"
                    "X-HTTP-Method-Override: forged\r\nX-HTTP-Method: forged\r\n"
                    "X-Method-Override: forged\r\n"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(origin.received().at(0).find("forged"), std::string::npos) << origin.received().at(0);
}

// One key is judged or counted; the origin must not be told another one.
TEST(HeaderNames, ThatWeActOnReachTheOriginInNoOtherSpelling) {
    const RawOrigin auth{always(answer("", "200 OK"))};
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), [&](Config& config) {
                          guarded(auth.port())(config);
                          config.routes[0].forward_auth->request_headers = {"X-Api-Key"};
                          config.routes[0].rate_limit.emplace();
                          config.routes[0].rate_limit->requests = 100;
                          config.routes[0].rate_limit->by = LimitedBy::header;
                          config.routes[0].rate_limit->header = "X-Account-Id";
                      }};
    RawClient client = relay.connect();
    client.send(get("/",
                    "X-Api-Key: mine\r\nX_Api_Key: forged\r\nX.Api.Key: forged\r\n"
                    "X-Account-Id: me\r\nX_Account-Id: forged\r\n"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_NE(auth.received().at(0).find("X-Api-Key: mine\r\n"), std::string::npos);
    EXPECT_EQ(auth.received().at(0).find("forged"), std::string::npos);
    const std::string received = origin.received().at(0);
    EXPECT_NE(received.find("X-Api-Key: mine\r\n"), std::string::npos) << received;
    EXPECT_NE(received.find("X-Account-Id: me\r\n"), std::string::npos) << received;
    EXPECT_EQ(received.find("forged"), std::string::npos) << received;
}

TEST(HeaderNames, ThatARouteTrustsPassAndNoOthers) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{
        origin.port(), [](Config& config) {
            config.routes[0].trusted_headers = {"X-HTTP-Method-Override", "CF-Connecting-IP"};
        }};
    RawClient client = relay.connect();
    client.send(get("/",
                    "x-http-method-override: PATCH\r\nX.HTTP.Method.Override: forged\r\n"
                    "X-HTTP-Method: forged\r\nCF-Connecting-IP: forged\r\n"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    const std::string received = origin.received().at(0);
    EXPECT_NE(received.find("x-http-method-override: PATCH\r\n"), std::string::npos) << received;
    EXPECT_EQ(received.find("forged"), std::string::npos)
        << "the client is none of trusted_proxies: " << received;
}

}  // namespace
}  // namespace portcullis::test
