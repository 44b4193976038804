#include "proxy/http1/writer.h"

#include "proxy/http/forward.h"
#include "proxy/http/via.h"
#include "proxy/http1/chunked.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/parser.h"
#include "tests/proxy/http1/cases.h"

#include <gtest/gtest.h>

namespace portcullis::http1 {
namespace {

constexpr HeadLimits kLimits;
const http::ClientFacts kClient{
    .address = {}, .trusted = false, .request_id = "id", .address_text = "192.0.2.1"};
const std::string kOwn =
    "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a.example\r\n"
    "X-Forwarded-Port: 443\r\nForwarded: for=192.0.2.1;host=a.example;proto=https\r\nVia: 1.1 " +
    std::string{http::pseudonym()} + "\r\nX-Request-ID: id\r\n";

std::string forwarded(const http::RequestHead& head, std::string_view upgrade = {}) {
    http::FieldList fields;
    std::string out;
    write_request(out, http::forward_request(fields, head, head.path, kClient,
                                             body_of(request_framing(head)), upgrade));
    return out;
}

std::string request(const std::string& bytes, std::string_view upgrade = {}) {
    RequestParser parser;
    EXPECT_EQ(parser.feed(bytes, kLimits), Step::done);
    return forwarded(parser.head(), upgrade);
}

std::string response(const std::string& bytes, const http::Body& body, const AnswerForm& form) {
    ResponseParser parser;
    EXPECT_EQ(parser.feed(bytes, kLimits), Step::done);
    http::FieldList fields;
    std::string out;
    write_answer(out, http::forward_answer(fields, parser.head(), "id", body), form);
    return out;
}

TEST(WriteRequest, PutsHostFirstAndFramingLast) {
    EXPECT_EQ(request("POST /a%2e/../b?q=1 HTTP/1.0\r\nAccept: */*\r\nContent-Length: 05\r\nhost: "
                      "a.example\r\n\r\n"),
              "POST /a%2e/../b?q=1 HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n" +
                  std::string{kOwn}.replace(kOwn.find("1.1 p"), 3, "1.0") +
                  "Content-Length: 5\r\n\r\n");
}

TEST(WriteRequest, TurnsAbsoluteFormIntoOriginForm) {
    EXPECT_EQ(request("GET https://a.example?q HTTP/1.1\r\nHost: a.example\r\n\r\n"),
              "GET /?q HTTP/1.1\r\nHost: a.example\r\n" + std::string{kOwn} + "\r\n");
    EXPECT_EQ(request("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n"),
              "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n" + std::string{kOwn} + "\r\n");
}

TEST(WriteRequest, KeepsALengthOfZeroAndSaysChunkedOnce) {
    EXPECT_TRUE(request("PUT / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n")
                    .ends_with("\r\nContent-Length: 0\r\n\r\n"));
    const std::string chunked =
        request("PUT / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: ChunkeD\r\n\r\n");
    EXPECT_TRUE(chunked.ends_with("\r\nTransfer-Encoding: chunked\r\n\r\n"));
    EXPECT_EQ(chunked.find("ChunkeD"), std::string::npos);
}

TEST(WriteRequest, AsksForAnUpgradeOnlyWhenTold) {
    const std::string bytes =
        "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: upgrade, X\r\nUpgrade: websocket\r\nX: "
        "1\r\n\r\n";
    EXPECT_EQ(request(bytes, "websocket"), "GET / HTTP/1.1\r\nHost: a.example\r\n" +
                                               std::string{kOwn} +
                                               "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    EXPECT_EQ(request(bytes), "GET / HTTP/1.1\r\nHost: a.example\r\n" + std::string{kOwn} + "\r\n");
}

// RFC 9110, 10.1.4.
TEST(WriteRequest, SaysThatTeIsForThisConnection) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a.example\r\nTE: trailers\r\n\r\n";
    EXPECT_TRUE(request(bytes).ends_with("\r\nConnection: TE\r\n\r\n")) << request(bytes);
    EXPECT_TRUE(request(bytes, "websocket")
                    .ends_with("\r\nUpgrade: websocket\r\nConnection: Upgrade, TE\r\n\r\n"));
    EXPECT_EQ(request("GET / HTTP/1.1\r\nHost: a.example\r\nTE: gzip\r\n\r\n").find("TE"),
              std::string::npos);
}

// What goes to the origin must mean there what it meant here.
TEST(WriteRequest, OfEveryAcceptedCaseIsAcceptedWithTheSameMeaning) {
    for (const HeadCase& c : head_cases()) {
        RequestParser first;
        if (c.want != http::Refusal::none || first.feed(c.bytes, kLimits) != Step::done) {
            continue;
        }
        if (first.head().authority.empty()) {
            first.head().authority = "a.example";  // as its owner does
        }
        const Framing framing = request_framing(first.head());
        const std::string out = forwarded(first.head());
        RequestParser second;
        ASSERT_EQ(
            second.feed(out,
                        {.start_line_bytes = 1U << 14U, .header_bytes = 1U << 17U, .fields = 200}),
            Step::done)
            << c.name << "\n"
            << out;
        EXPECT_EQ(second.consumed(), out.size()) << c.name;
        EXPECT_EQ(second.head().method, first.head().method) << c.name;
        EXPECT_EQ(second.head().path, first.head().path) << c.name;
        EXPECT_EQ(second.head().query, first.head().query) << c.name;
        EXPECT_EQ(second.head().authority, first.head().authority) << c.name;
        EXPECT_EQ(request_framing(second.head()).kind, framing.kind) << c.name;
        EXPECT_EQ(request_framing(second.head()).length, framing.length) << c.name;
    }
}

TEST(WriteResponse, RemovesWhatEndsHereAndFramesAnew) {
    const std::string bytes =
        "HTTP/1.0 200 Fine\r\nServer: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\n";
    EXPECT_EQ(response(bytes, {http::Body::Kind::length, 9}, {}),
              "HTTP/1.1 200 Fine\r\nServer: x\r\nVia: 1.0 portcullis\r\nX-Request-ID: "
              "id\r\nContent-Length: 9\r\n\r\n");
    EXPECT_EQ(response(bytes, {http::Body::Kind::open, 0}, {.chunked = true}),
              "HTTP/1.1 200 Fine\r\nServer: x\r\nVia: 1.0 portcullis\r\nX-Request-ID: "
              "id\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(response(bytes, {http::Body::Kind::open, 0}, {.close = true}),
              "HTTP/1.1 200 Fine\r\nServer: x\r\nVia: 1.0 portcullis\r\nX-Request-ID: "
              "id\r\nConnection: close\r\n\r\n");
}

TEST(WriteResponse, KeepsTheLengthOfABodyThatIsLeftOut) {
    const auto of = [](const std::string& line, bool to_head) {
        return response(line + "\r\nContent-Length: 1234\r\n\r\n", {}, {.to_head = to_head});
    };
    EXPECT_TRUE(
        of("HTTP/1.1 304 Not Modified", false).ends_with("\r\nContent-Length: 1234\r\n\r\n"));
    EXPECT_TRUE(of("HTTP/1.1 200 OK", true).ends_with("\r\nContent-Length: 1234\r\n\r\n"));
    EXPECT_TRUE(of("HTTP/1.1 200 OK", false).ends_with("\r\nContent-Length: 0\r\n\r\n"))
        << "what is sent has no body, whatever was received";
    for (const char* line : {"HTTP/1.1 204 No Content", "HTTP/1.1 103 Early Hints"}) {
        EXPECT_EQ(
            response(std::string{line} + "\r\nContent-Length: 0\r\n\r\n", {}, {}).find("Length"),
            std::string::npos);
    }
}

TEST(WriteResponse, TellsAnOldClientThatItIsKept) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    EXPECT_TRUE(response(bytes, {}, {.client_minor_version = 0})
                    .ends_with("\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_TRUE(response(bytes, {}, {.close = true, .client_minor_version = 0})
                    .ends_with("\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(response(bytes, {}, {}).find("Connection"), std::string::npos);
}

TEST(WriteResponse, PassesTheUpgradeOn) {
    EXPECT_EQ(response("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: "
                       "Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
                       {}, {}),
              "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: x\r\nVia: 1.1 portcullis\r\n"
              "X-Request-ID: id\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST(WriteChunk, IsReadBackByTheDecoder) {
    std::string out;
    write_chunk(out, "hello");
    write_chunk(out, "");
    write_chunk(out, std::string(300, 'x'));
    const std::vector<http::Field> trailers = {{"X-Sum", "1"}};
    write_last_chunk(out, trailers);
    EXPECT_TRUE(out.starts_with("5\r\nhello\r\n12c\r\nxxx"));
    EXPECT_TRUE(out.ends_with("xxx\r\n0\r\nX-Sum: 1\r\n\r\n"));
    ChunkedDecoder decoder;
    std::string data;
    std::string_view rest = out;
    auto piece = decoder.next(rest);
    for (; piece.kind == ChunkedDecoder::Piece::Kind::data; piece = decoder.next(rest)) {
        data.append(piece.data);
        rest.remove_prefix(piece.consumed);
    }
    EXPECT_EQ(piece.kind, ChunkedDecoder::Piece::Kind::done);
    EXPECT_EQ(data, "hello" + std::string(300, 'x'));
    ASSERT_EQ(decoder.trailers().size(), 1U);
    EXPECT_EQ(decoder.trailers()[0].name, "X-Sum");
    EXPECT_EQ(decoder.trailers()[0].value, "1");
}

}  // namespace
}  // namespace portcullis::http1
