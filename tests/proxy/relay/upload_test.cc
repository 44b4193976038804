#include "proxy/relay/upload.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

std::string post(std::string_view headers) {
    return "POST / HTTP/1.1\r\nHost: shop.test\r\n" + std::string{headers} + "\r\n";
}

TEST(Upload, OfAnyLengthArrivesWhole) {
    const std::string body = [] {
        std::string text;
        for (int i = 0; text.size() < 3'000'000; ++i) {
            text += std::to_string(i) + ",";
        }
        return text;
    }();
    const RawOrigin origin{[&](auto& connection) {
        if (connection.read_head().starts_with("POST ")) {
            EXPECT_TRUE(connection.read(body.size()) == body);
        }
        connection.send(answer("ok"));
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(post("Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 ")) << "the connection goes on";
}

TEST(Upload, TrailersArePassedOnForGrpcOnly) {
    for (const bool grpc : {false, true}) {
        const RawOrigin origin{[](auto& connection) {
            connection.read_head();
            connection.read_head();  // the chunks end like a head
            connection.send(answer("ok"));
        }};
        const Relay relay{origin.port()};
        RawClient client = relay.connect();
        client.send(post("Transfer-Encoding: chunked\r\nTrailer: Sum\r\nContent-Type: " +
                         std::string{grpc ? "application/grpc" : "application/grpc-web"} + "\r\n"));
        client.send("5;x=y\r\nhello\r\n0\r\nSum: 532\r\n\r\n");
        EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
        const std::string sent = origin.received().at(0);
        EXPECT_TRUE(sent.ends_with(std::string{"\r\n\r\n5\r\nhello\r\n0\r\n"} +
                                   (grpc ? "Sum: 532\r\n\r\n" : "\r\n")))
            << sent;
        EXPECT_EQ(sent.find("Trailer: Sum") != std::string::npos, grpc) << sent;
    }
}

TEST(Upload, WaitsForThe100ThatTheOriginGives) {
    const RawOrigin origin{[](auto& connection) {
        EXPECT_NE(connection.read_head().find("Expect: 100-continue\r\n"), std::string::npos);
        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        EXPECT_EQ(connection.read(4), "body");
        connection.send(answer("ok"));
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(post("Content-Length: 4\r\nExpect: 100-continue\r\n"));
    EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 100 "));
    client.send("body");
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
}

TEST(Upload, EndsWithAnAnswerThatComesBeforeItsEnd) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(answer("too much", "413 Content Too Large"));
        connection.hang();
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(post("Content-Length: 50000000\r\n") + std::string(100'000, 'x'));
    const std::string head = test::head_of(client);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 413 ")) << head;
    EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos)
        << "the rest of the body would be taken for a request";
    EXPECT_EQ(client.read_to_end(), "too much");
    EXPECT_EQ(client.end(), test::End::clean);
}

TEST(Upload, WithAMalformedChunkIsRefusedAndNotCompletedForTheOrigin) {
    std::atomic<bool> over = false;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_to_end();
        over = true;
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(post("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n");
    EXPECT_TRUE(test::eventually([&] {
        return origin.connections() == 1 && origin.received().at(0).ends_with("hello\r\n");
    }));
    client.send("xyz\r\n");
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
    EXPECT_TRUE(test::eventually([&] { return over.load(); }));
    EXPECT_TRUE(origin.received().at(0).ends_with("hello\r\n")) << "no last chunk";
    EXPECT_TRUE(relay.counts(Fault::bad_request, 1));
}

TEST(Upload, OfAClientThatIsGoneIsNotCompletedForTheOrigin) {
    std::atomic<bool> over = false;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_to_end();
        over = true;
    }};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(post("Content-Length: 10\r\n") + "half");
    EXPECT_TRUE(test::eventually([&] { return origin.connections() == 1; }));
    client.close_notify();
    EXPECT_TRUE(test::eventually([&] { return over.load(); }));
    EXPECT_TRUE(origin.received().at(0).ends_with("half"));
    EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
}

TEST(Upload, IsAwaitedOnlySoLong) {
    const RawOrigin origin{[](auto& connection) { connection.read_to_end(); }};
    const Relay relay{origin.port(),
                      [](Config& config) { config.timeouts.body = std::chrono::milliseconds{50}; }};
    RawClient client = relay.connect();
    client.send(post("Content-Length: 10\r\n") + "half");
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(relay.counts(Fault::client_slow_body, 1));
}

}  // namespace
}  // namespace portcullis::relay
