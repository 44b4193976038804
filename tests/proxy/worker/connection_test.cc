#include "proxy/worker/connection.h"

#include "tests/proxy/worker/running_worker.h"

#include <gtest/gtest.h>

namespace portcullis::worker {
namespace {

using observe::Count;
using test::RawClient;
using test::RunningWorker;

TEST(Connection, ThatSpeaksTlsIsServedAndCounted) {
    const test::RawOrigin origin{test::always(test::answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    {
        RawClient client = worker.connect();
        ASSERT_TRUE(client.connected()) << client.error();
        client.send(test::get("/"));
        EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
        const test::TlsSession session = client.session();
        const RawClient again =
            RawClient::tls(worker.port(), {.server_name = "shop.test", .session = session.get()});
        EXPECT_TRUE(again.resumed());
        EXPECT_TRUE(worker.counts(Count::handshakes_resumed, 1));
    }
    EXPECT_EQ(worker.count(Count::connections_accepted), 2U);
    EXPECT_EQ(worker.count(Count::handshakes), 2U);
    EXPECT_TRUE(worker.counts(Count::connections_closed, 2));
}

TEST(Connection, ThatSpeaksPlainHttpIsToldSo) {
    RunningWorker worker{test::published(1)};
    worker.start();
    RawClient client = RawClient::plain(worker.port());
    client.send(test::get("/"));
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
    EXPECT_NE(all.find("https://"), std::string::npos);
    EXPECT_EQ(client.end(), test::End::clean);
    EXPECT_EQ(worker.count(Fault::plain_http), 1U);
    EXPECT_EQ(worker.count(Count::handshakes), 0U);
}

TEST(Connection, ThatSpeaksNeitherIsClosedWithoutAWord) {
    RunningWorker worker{test::published(1)};
    worker.start();
    RawClient client = RawClient::plain(worker.port());
    client.send("\x05\x01");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), test::End::open);
    EXPECT_TRUE(worker.counts(Fault::not_tls, 1));
}

TEST(Connection, WhoseHandshakeFailsIsCountedByItsReason) {
    RunningWorker worker{test::published(1)};
    worker.start();
    EXPECT_FALSE(worker.connect("unknown.test").connected());
    EXPECT_TRUE(worker.counts(Fault::unknown_sni, 1));
    RawClient garbage = RawClient::plain(worker.port());
    garbage.send(std::string("\x16\x03\x01\x00\x05hello", 10));
    garbage.read_to_end();
    EXPECT_TRUE(worker.counts(Fault::handshake_failed, 1));
    RawClient::plain(worker.port());
    EXPECT_TRUE(worker.counts(Fault::client_gone, 1));
    EXPECT_EQ(worker.count(Count::handshakes), 0U);
}

TEST(Connection, ThatNeverFinishesItsHandshakeIsClosed) {
    RunningWorker worker{test::published(
        1, [](Config& config) { config.timeouts.handshake = std::chrono::milliseconds{50}; })};
    worker.start();
    RawClient silent = RawClient::plain(worker.port());
    RawClient slow = RawClient::plain(worker.port());
    slow.send("\x16\x03");
    EXPECT_EQ(silent.read_to_end(), "");
    EXPECT_EQ(slow.read_to_end(), "");
    EXPECT_TRUE(worker.counts(Fault::handshake_timeout, 2));
}

TEST(Connection, BeyondAClientsLimitIsClosedUntilAnotherOfItsEnds) {
    RunningWorker worker{
        test::published(1, [](Config& config) { config.limits.connections_per_client = 2; })};
    worker.start();
    std::vector<RawClient> clients;
    clients.push_back(worker.connect());
    clients.push_back(worker.connect());
    EXPECT_FALSE(worker.connect().connected());
    EXPECT_TRUE(worker.counts(Fault::client_full, 1));
    clients.pop_back();
    EXPECT_TRUE(worker.counts(Count::connections_closed, 2));
    EXPECT_TRUE(worker.connect().connected());
    EXPECT_EQ(worker.count(Fault::client_full), 1U);
}

TEST(Connection, BeyondTheWorkersLimitIsClosedUntilAnotherEnds) {
    RunningWorker worker{
        test::published(1, [](Config& config) { config.limits.connections_per_worker = 1; })};
    worker.start();
    {
        const RawClient first = worker.connect();
        EXPECT_TRUE(first.connected());
        EXPECT_FALSE(worker.connect().connected());
        EXPECT_TRUE(worker.counts(Fault::worker_full, 1));
    }
    EXPECT_TRUE(worker.counts(Count::connections_closed, 1));
    EXPECT_TRUE(worker.connect().connected());
}

}  // namespace
}  // namespace portcullis::worker
