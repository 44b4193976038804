#include "proxy/relay/http1_client.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fcntl.h>

namespace portcullis::relay {
namespace {

using test::answer;
using test::eventually;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

class Hangup : public testing::Test {
  protected:
    // Waits for the word before it answers, or for the relay to close.
    void think(RawOrigin::Connection& connection) {
        const std::string head = connection.read_head();
        connection.read(head.starts_with("POST") ? body_bytes : 0);
        thinking = true;
        if (eventually([this] { return go.load(); }, patience)) {
            connection.send(answer("ok"));
        }
        connection.hang();
        abandoned = true;
    }

    void await_thinking() {
        EXPECT_TRUE(eventually([this] { return thinking.load(); }));
    }

    void expect_abandoned() {
        EXPECT_TRUE(eventually([this] { return abandoned.load(); }));
        EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
    }

    static constexpr std::size_t body_bytes = 1'000'000;
    std::atomic<bool> go = false;
    std::atomic<bool> thinking = false;
    std::atomic<bool> abandoned = false;
    test::Timeout patience{0};  // for the word
    RawOrigin origin{[this](auto& connection) { think(connection); }};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
};

TEST_F(Hangup, OfAClientThatIsResetEndsTheOriginsWork) {
    client.send(test::get("/"));
    await_thinking();
    client.reset();
    expect_abandoned();
}

TEST_F(Hangup, OfAClientWhoseConnectionEndsWithoutCloseNotifyDoesToo) {
    client.send(test::get("/"));
    await_thinking();
    client.shutdown_write();
    expect_abandoned();
}

TEST_F(Hangup, IsNoticedAfterALongUploadToo) {
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: " +
                std::to_string(body_bytes) + "\r\n\r\n" + std::string(body_bytes, 'x'));
    await_thinking();
    client.reset();
    expect_abandoned();
}

// A client that wants to read its response does not half-close its connection (client_side.h).
TEST_F(Hangup, IsACloseNotify) {
    client.send(test::get("/"));
    await_thinking();
    client.close_notify();
    expect_abandoned();
}

// The origin takes nothing of the body, so that nobody reads what the client sends.
TEST_F(Hangup, IsNoticedWhileTheOriginDoesNotTakeTheBody) {
    std::atomic<bool> asked = false;
    const RawOrigin busy{[&](auto& connection) {
        connection.read_head();
        asked = true;
        connection.hang();
    }};
    const Relay narrow{busy.port()};
    RawClient sender = narrow.connect();
    sender.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100000000\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return asked.load(); }));
    ::fcntl(sender.fd(), F_SETFL, O_NONBLOCK);
    const std::string block(65536, 'x');
    while (sender.send(block)) {  // until nobody takes any more
    }
    sender.reset();
    EXPECT_TRUE(narrow.counts(Fault::client_gone, 1));
}

TEST_F(Hangup, IsNotAClientThatAsksMore) {
    patience = test::kPatience;
    client.send(test::get("/1"));
    await_thinking();
    client.send(test::get("/2"));
    relay.on_thread([](Context&) {});
    relay.on_thread([](Context&) {});
    go = true;
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(relay.count(Fault::client_gone), 0U);
}

TEST(IsPaced, WhoeverMayBeListeningInsteadOfSendingIsNot) {
    using Kind = http::Body::Kind;

    struct Case {
        Kind kind;
        bool answered;
        bool want;
    };

    for (const Case& c : {Case{Kind::length, false, true}, Case{Kind::length, true, true},
                          Case{Kind::open, false, true}, Case{Kind::open, true, false},
                          Case{Kind::none, false, false}}) {
        EXPECT_EQ(is_paced({c.kind, 1}, c.answered), c.want) << c.answered;
    }
}

}  // namespace
}  // namespace portcullis::relay
