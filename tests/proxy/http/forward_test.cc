#include "proxy/http/forward.h"

#include "proxy/http/via.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

using Fields = std::vector<Field>;

ClientFacts facts(bool trusted, std::string_view address = "203.0.113.7") {
    return {.address = IpAddress::parse(address).value(), .trusted = trusted, .request_id = "ours"};
}

RequestHead request(Fields fields) {
    RequestHead head;
    head.authority = "a.example";
    head.fields = std::move(fields);
    return head;
}

std::string text(std::span<const Field> fields) {
    std::string out;
    for (const Field& field : fields) {
        out.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    return out;
}

std::string sent(const RequestHead& head, const ClientFacts& client, const Body& body = {}) {
    FieldList list;
    return text(forward_request(list, head, "/", client, body, {}).fields);
}

const std::string kUs{pseudonym()};

const std::string kOwn =
    "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\n"
    "X-Forwarded-Port: 443\r\nForwarded: for=203.0.113.7;host=a.example;proto=https\r\nVia: 1.1 " +
    kUs + "\r\nX-Request-ID: ours\r\n";

TEST(RequestFields, EndToEndOnesGoThroughInOrderAndOursFollow) {
    const RequestHead head = request(
        {{"Accept", "*/*"}, {"Host", "a.example"}, {"Cookie", "a=b"}, {"Expect", "100-continue"}});
    EXPECT_EQ(sent(head, facts(false)),
              "Accept: */*\r\nCookie: a=b\r\nExpect: 100-continue\r\n" + kOwn);
}

TEST(RequestFields, OnlyWeSayWhoTheClientsCertificateIs) {
    const RequestHead head = request({{"X-Client-Certificate-Verified", "yes"},
                                      {"x_client_CERTIFICATE-subject", "CN=root"},
                                      {"X-Client-Certificate-Anything", "1"}});
    ClientFacts client = facts(true);
    EXPECT_EQ(sent(head, client), kOwn) << "not even a trusted proxy's";
    CertificateFields certificate{"none"};
    client.certificate = &certificate;
    EXPECT_EQ(sent(head, client), kOwn + "X-Client-Certificate-Verified: none\r\n");
    certificate = {"yes", "CN=anna", "CN=authority", "0A", "ff00"};
    EXPECT_EQ(sent(head, client),
              kOwn +
                  "X-Client-Certificate-Verified: yes\r\nX-Client-Certificate-Subject: "
                  "CN=anna\r\nX-Client-Certificate-Issuer: CN=authority\r\n"
                  "X-Client-Certificate-Serial: 0A\r\nX-Client-Certificate-Fingerprint: ff00\r\n");
}

// Each of them in one list: a spelling that passes is a way to say it.
TEST(RequestFields, WhatOriginsBelieveIsRemovedInEverySpelling) {
    const RequestHead head = request({{"Client-Cert", ":MIIB:"},
                                      {"client-cert-chain", ":MIIB:"},
                                      {"CF-Connecting-IP", "10.0.0.1"},
                                      {"True.Client.IP", "10.0.0.1"},
                                      {"X_Client_IP", "10.0.0.1"},
                                      {"X-Forwarded", "for=10.0.0.1"},
                                      {"X-SSL-Client-Verify", "SUCCESS"},
                                      {"ssl-client-subject-dn", "CN=root"},
                                      {"X-Original-URL", "/admin"},
                                      {"X.Rewrite.URL", "/admin"},
                                      {"X-HTTP-Method-Override", "DELETE"},
                                      {"X.Forwarded.For", "10.0.0.1"},
                                      {"X.Client.Certificate.Verified", "yes"}});
    EXPECT_EQ(sent(head, facts(false)), kOwn);
    EXPECT_EQ(sent(head, facts(true)), kOwn) << "not even a trusted proxy's";
}

TEST(RequestFields, TrustedHeadersPassInTheirPlainSpellingOnly) {
    const std::vector<std::string> trusted{"x-http-method-override", "CF-Connecting-IP"};
    const RequestHead head = request({{"X-HTTP-Method-Override", "PATCH"},
                                      {"X_HTTP_Method_Override", "DELETE"},
                                      {"cf-connecting-ip", "192.0.2.1"},
                                      {"CF.Connecting.IP", "10.0.0.1"},
                                      {"X-Original-URL", "/admin"}});
    ClientFacts client = facts(false);
    client.trusted_headers = trusted;
    EXPECT_EQ(sent(head, client), "X-HTTP-Method-Override: PATCH\r\n" + kOwn);
    client.trusted = true;
    EXPECT_EQ(sent(head, client),
              "X-HTTP-Method-Override: PATCH\r\ncf-connecting-ip: 192.0.2.1\r\n" + kOwn)
        << "who the client is only our own proxies say";
}

TEST(RequestFields, HopByHopOnesEndHere) {
    const RequestHead head = request({{"Connection", "keep-alive, X-Private"},
                                      {"Keep-Alive", "timeout=5"},
                                      {"Proxy-Connection", "keep-alive"},
                                      {"Proxy-Authorization", "Basic eA=="},
                                      {"Proxy", "http://evil"},
                                      {"TE", "gzip"},
                                      {"Upgrade", "h2c"},
                                      {"Transfer-Encoding", "chunked"},
                                      {"Content-Length", "5"},
                                      {"x-private", "1"}});
    EXPECT_EQ(sent(head, facts(false), {Body::Kind::open, 0}), kOwn);
}

TEST(RequestFields, ConnectionCannotStripWhatIsEndToEnd) {
    const RequestHead head = request(
        {{"Connection", "Authorization, Cookie, Host, X-Forwarded-For, X-Request-ID, Content-Type"},
         {"Authorization", "Bearer x"},
         {"Cookie", "a=b"},
         {"Content-Type", "text/plain"}});
    EXPECT_EQ(sent(head, facts(false)),
              "Authorization: Bearer x\r\nCookie: a=b\r\nContent-Type: text/plain\r\n" + kOwn);
    EXPECT_NE(sent(request({{"Connection", "X-Forwarded-For"}, {"X-Forwarded-For", "192.0.2.1"}}),
                   facts(true))
                  .find("X-Forwarded-For: 192.0.2.1, 203.0.113.7\r\n"),
              std::string::npos);
}

TEST(RequestFields, TrailersAreTheOnlyTransferCodingAsked) {
    const std::string out = sent(request({{"TE", "gzip;q=0.5, Trailers"}}), facts(false));
    EXPECT_EQ(out, "TE: trailers\r\n" + kOwn);
}

TEST(RequestFields, UpgradeIsNoneOfThem) {
    FieldList list;
    const RequestHead head = request({{"Upgrade", "websocket"}, {"Connection", "Upgrade"}});
    const OutgoingRequest out = forward_request(list, head, "/", facts(false), {}, "websocket");
    EXPECT_EQ(text(out.fields), kOwn);
    EXPECT_EQ(out.upgrade, "websocket");
}

// A length that was received told of a body that arrived; what is sent is announced by its writer.
TEST(RequestFields, TheLengthIsNoneOfThem) {
    const RequestHead head = request({{"Content-Length", "05"}, {"Accept", "*/*"}});
    for (const Body& body : {Body{Body::Kind::length, 5}, Body{Body::Kind::open, 0}, Body{}}) {
        EXPECT_EQ(sent(head, facts(false), body), "Accept: */*\r\n" + std::string{kOwn});
    }
}

TEST(ForwardRequest, AsksForThePathGivenAndTheQueryReceived) {
    FieldList list;
    RequestHead head = request({});
    head.method = "PUT";
    head.path = "/a%2e/../b";
    const OutgoingRequest out = forward_request(list, head, "/b", facts(false), {}, {});
    EXPECT_EQ(out.method, "PUT");
    EXPECT_EQ(out.target, "/b");
    EXPECT_EQ(out.authority, "a.example");
    head.query = "?q=/%2e/../1";
    EXPECT_EQ(forward_request(list, head, "/b", facts(false), {}, {}).target, "/b?q=/%2e/../1");
    head.path = head.query = {};
    EXPECT_EQ(forward_request(list, head, {}, facts(false), {}, {}).target, "*");
}

TEST(RequestFields, AStrangerCannotSayWhereItComesFrom) {
    const RequestHead head = request({{"X-Forwarded-For", "10.0.0.1"},
                                      {"x-forwarded-proto", "http"},
                                      {"X-Forwarded-Host", "evil"},
                                      {"X-Forwarded-Port", "80"},
                                      {"X-Forwarded-Prefix", "/evil"},
                                      {"Forwarded", "for=10.0.0.1"},
                                      {"X-Real-IP", "10.0.0.1"},
                                      {"Via", "1.1 evil"},
                                      {"X-Request-ID", "evil"},
                                      {"X_Forwarded_For", "10.0.0.1"},
                                      {"X-Forwarded_For", "10.0.0.1"},
                                      {"X_Request_ID", "evil"},
                                      {"Content_Length", "7"}});
    EXPECT_EQ(sent(head, facts(false)), kOwn);
    EXPECT_EQ(request_id(head, facts(false)), "ours");
}

TEST(RequestFields, ATrustedProxyIsBelievedAndAppendedTo) {
    const RequestHead head = request({{"X-Forwarded-For", "192.0.2.1"},
                                      {"X-Forwarded-For", "192.0.2.2"},
                                      {"X-Forwarded-Proto", "http"},
                                      {"X-Forwarded-Host", "b.example"},
                                      {"X-Forwarded-Port", "8443"},
                                      {"Forwarded", "for=192.0.2.1"},
                                      {"Via", "1.0 first"},
                                      {"X-Request-ID", "theirs"},
                                      {"X_Forwarded_For", "10.0.0.1"}});
    EXPECT_EQ(sent(head, facts(true)),
              "X-Forwarded-Proto: http\r\nX-Forwarded-Host: b.example\r\nX-Forwarded-Port: 8443\r\n"
              "X-Forwarded-For: 192.0.2.1, 192.0.2.2, 203.0.113.7\r\n"
              "Forwarded: for=192.0.2.1, for=203.0.113.7;host=a.example;proto=https\r\n"
              "Via: 1.0 first, 1.1 " +
                  kUs + "\r\nX-Request-ID: theirs\r\n");
    EXPECT_EQ(sent(request({}), facts(true)), kOwn) << "what it does not say is ours to say";
}

TEST(RequestFields, ATrustedProxysIdMustBePrintableAndShort) {
    EXPECT_EQ(request_id(request({{"X-Request-ID", std::string_view{}}}), facts(true)), "ours");
    EXPECT_EQ(request_id(request({{"X-Request-ID", "a b"}}), facts(true)), "ours");
    EXPECT_EQ(request_id(request({{"X-Request-ID", "\xc3\xa9"}}), facts(true)), "ours");
    const std::string longest(128, 'i');
    EXPECT_EQ(request_id(request({{"X-Request-ID", longest}}), facts(true)), longest);
    const std::string longer(129, 'i');
    EXPECT_EQ(request_id(request({{"X-Request-ID", longer}}), facts(true)), "ours");
}

TEST(RequestFields, AddressesAndPortsAreQuotedWhereForwardedAsksForIt) {
    RequestHead head = request({});
    head.authority = "a.example:8443";
    const std::string out = sent(head, facts(false, "2001:db8::7"));
    EXPECT_NE(out.find("X-Forwarded-For: 2001:db8::7\r\n"), std::string::npos) << out;
    EXPECT_NE(out.find("Forwarded: for=\"[2001:db8::7]\";host=\"a.example:8443\";proto=https\r\n"),
              std::string::npos)
        << out;
}

TEST(RequestFields, TakesTheAddressAsTheConnectionRenderedIt) {
    ClientFacts client = facts(false);
    client.address_text = "198.51.100.9";
    EXPECT_NE(sent(request({}), client).find("X-Forwarded-For: 198.51.100.9\r\n"),
              std::string::npos);
}

TEST(RequestFields, ViaNamesTheVersionReceived) {
    RequestHead head = request({});
    head.minor_version = 0;
    EXPECT_NE(sent(head, facts(false)).find("Via: 1.0 " + kUs + "\r\n"), std::string::npos);
    head.major_version = 2;
    EXPECT_NE(sent(head, facts(false)).find("Via: 2 " + kUs + "\r\n"), std::string::npos);
}

// A list of names to strip must not become a product of names and fields.
TEST(RequestFields, OnlyTheFirstSixteenNominatedNamesCount) {
    std::string names;
    for (char c = 'a'; c <= 'q'; ++c) {
        names += std::string{c} + ",";
    }
    const std::string out =
        sent(request({{"Connection", names}, {"p", "16th"}, {"q", "17th"}}), facts(false));
    EXPECT_EQ(out, "q: 17th\r\n" + kOwn);
}

TEST(ResponseFields, HopByHopOnesEndHereAndOursFollow) {
    const ResponseHead head{.status = 200,
                            .reason = "OK",
                            .major_version = 1,
                            .minor_version = 0,
                            .fields = {{"Server", "x"},
                                       {"Connection", "close, X-Hop"},
                                       {"X-Hop", "1"},
                                       {"Keep-Alive", "timeout=5"},
                                       {"Proxy-Authenticate", "Basic"},
                                       {"Upgrade", "h2c"},
                                       {"Transfer-Encoding", "chunked"},
                                       {"Content-Length", "5"},
                                       {"Via", "1.1 origin"},
                                       {"x-request-id", "origin's"},
                                       {"Set-Cookie", "a=b"},
                                       {"Set-Cookie", "c=d"},
                                       {"My_Header", "1"}}};
    FieldList list;
    EXPECT_EQ(
        text(forward_answer(list, head, "ours", {Body::Kind::open, 0}).fields),
        "Server: x\r\nVia: 1.1 origin\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nMy_Header: 1\r\n"
        "Via: 1.0 portcullis\r\nX-Request-ID: ours\r\n");
}

// Whoever writes the message says how long it is.
TEST(ResponseFields, TheLengthIsNoneOfThem) {
    FieldList list;
    ResponseHead head;
    head.status = 200;
    head.fields = {{"content-length", "1234"}};
    const auto answer = forward_answer(list, head, "ours", {Body::Kind::length, 1234});
    EXPECT_EQ(text(answer.fields), "Via: 1.1 portcullis\r\nX-Request-ID: ours\r\n");
    EXPECT_EQ(answer.left_out, 1234U);
    head.fields = {{"content-length", "x"}};
    EXPECT_EQ(forward_answer(list, head, "ours", {}).left_out, std::nullopt);
}

TEST(ForwardAnswer, NamesTheProtocolOfATunnelOnly) {
    FieldList list;
    ResponseHead head;
    head.status = 101;
    head.fields = {{"Upgrade", "websocket"}};
    EXPECT_EQ(forward_answer(list, head, "ours", {}).upgrade, "websocket");
    head.status = 200;
    EXPECT_EQ(forward_answer(list, head, "ours", {}).upgrade, "");
}

}  // namespace
}  // namespace portcullis::http
