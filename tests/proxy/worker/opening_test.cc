// What comes before TLS, through a real worker.
#include "proxy/worker/opening.h"

#include "tests/proxy/worker/running_worker.h"
#include "tests/support/tls_peer.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::worker {
namespace {

using test::RawClient;
using test::RawOrigin;
using test::RunningWorker;
using testing::HasSubstr;

constexpr std::string_view kHeader = "PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n";

relay::Published behind_a_proxy(std::uint16_t origin, const test::Change& change = {}) {
    return test::published(origin, [&](Config& config) {
        config.proxy_protocol.from = {Cidr::parse("127.0.0.0/8").value()};
        if (change) {
            change(config);
        }
    });
}

// A request behind that header, piece bytes at a time: the whole answer, or what came of it.
std::string ask(RunningWorker& worker, std::string_view header, std::size_t piece) {
    RawClient client = RawClient::plain(worker.port());
    test::TlsPeer peer{"shop.test"};
    peer.handshake();
    std::string out = std::string{header} + peer.take_output();
    for (std::size_t at = 0; at < out.size(); at += piece) {
        client.send(std::string_view{out}.substr(at, piece));
    }
    bool asked = false;
    std::string answer;
    while (answer.find("hello") == std::string::npos) {
        const std::string got = client.read(1);
        if (got.empty()) {
            return answer;
        }
        peer.feed(got);
        if (!asked && peer.handshake()) {
            peer.write(test::get("/"));
            asked = true;
        }
        if (asked) {
            answer += peer.read();
        }
        client.send(peer.take_output());
    }
    return answer;
}

TEST(Opening, TakesTheClientFromTheHeaderOfAProxyOfOurs) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{10'000}}) {
        const RawOrigin origin{test::always(test::answer("hello"))};
        RunningWorker worker{behind_a_proxy(origin.port())};
        worker.start();
        EXPECT_THAT(ask(worker, kHeader, piece), HasSubstr("hello"));
        EXPECT_THAT(origin.received().at(0), HasSubstr("X-Forwarded-For: 203.0.113.9\r\n"));
    }
}

TEST(Opening, LeavesTheProxyItselfAsTheClientWhenTheHeaderSaysNothing) {
    const RawOrigin origin{test::always(test::answer("hello"))};
    RunningWorker worker{behind_a_proxy(origin.port())};
    worker.start();
    EXPECT_THAT(ask(worker, "PROXY UNKNOWN\r\n", 10'000), HasSubstr("hello"));
    EXPECT_THAT(origin.received().at(0), HasSubstr("X-Forwarded-For: 127.0.0.1\r\n"));
}

TEST(Opening, RefusesAProxyOfOursWithoutAHeader) {
    RunningWorker worker{behind_a_proxy(1)};
    worker.start();
    EXPECT_EQ(ask(worker, "", 10'000), "");
    EXPECT_EQ(ask(worker, "PROXY TCP4 nobody 192.0.2.1 1 443\r\n", 10'000), "");
    EXPECT_TRUE(worker.counts(Fault::bad_proxy_header, 2));
}

TEST(Opening, DoesNotReadAHeaderOfAnybodyElse) {
    RunningWorker worker{test::published(1)};
    worker.start();
    RawClient stranger = RawClient::plain(worker.port());
    stranger.send(kHeader);
    EXPECT_TRUE(stranger.read_to_end().starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(worker.counts(Fault::plain_http, 1));
}

TEST(Opening, CountsTheConnectionsOfTheClientItself) {
    const RawOrigin origin{test::always(test::answer("hello"))};
    RunningWorker worker{behind_a_proxy(
        origin.port(), [](Config& config) { config.limits.connections_per_client = 1; })};
    worker.start();
    RawClient first = RawClient::plain(worker.port());
    first.send(kHeader);
    EXPECT_THAT(ask(worker, "PROXY TCP4 203.0.113.10 192.0.2.1 1 443\r\n", 10'000),
                HasSubstr("hello"))
        << "another client behind the same proxy";
    RawClient second = RawClient::plain(worker.port());
    second.send(kHeader);
    EXPECT_EQ(second.read_to_end(), "");
    EXPECT_TRUE(worker.counts(Fault::client_full, 1));
}

TEST(Opening, WaitsForAHeaderAsLongAsForAHandshake) {
    RunningWorker worker{behind_a_proxy(
        1, [](Config& config) { config.timeouts.handshake = std::chrono::milliseconds{50}; })};
    worker.start();
    RawClient slow = RawClient::plain(worker.port());
    slow.send(kHeader.substr(0, 10));
    EXPECT_EQ(slow.read_to_end(), "");
    EXPECT_TRUE(worker.counts(Fault::handshake_timeout, 1));
}

}  // namespace
}  // namespace portcullis::worker
