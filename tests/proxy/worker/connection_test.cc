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
    const test::RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    RunningWorker worker{test::published(
        silent.port(), [](Config& config) { config.limits.connections_per_worker = 1; })};
    worker.start();
    {
        RawClient first = worker.connect();
        EXPECT_TRUE(first.connected());
        first.send(test::get("/"));
        EXPECT_TRUE(test::eventually([&] { return silent.connections() == 1; }));
        EXPECT_FALSE(worker.connect().connected());
        EXPECT_TRUE(worker.counts(Fault::worker_full, 1));
    }
    EXPECT_TRUE(worker.counts(Count::connections_closed, 1));
    EXPECT_TRUE(worker.connect().connected());
}

TEST(Connection, ThatComesTooSoonAfterOthersIsClosed) {
    RunningWorker worker{
        test::published(1, [](Config& config) { config.limits.connections_per_second = 1; })};
    worker.start();
    for (int i = 0; i < 20; ++i) {
        (void)worker.connect();
    }
    EXPECT_TRUE(worker.counts(Count::connections_closed, 20));
    EXPECT_GT(worker.count(Fault::client_too_fast), 0U);
    EXPECT_GE(worker.count(Count::handshakes), 10U) << "ten seconds' worth at once";
    EXPECT_EQ(worker.count(Count::handshakes) + worker.count(Fault::client_too_fast), 20U);
}

TEST(Connection, OfAProxyOfOursIsNotCounted) {
    RunningWorker worker{test::published(1, [](Config& config) {
        config.limits.connections_per_second = 1;
        config.limits.offences_per_minute = 1;
        config.trusted_proxies = {Cidr::parse("127.0.0.0/8").value()};
    })};
    worker.start();
    for (int i = 0; i < 20; ++i) {
        RawClient client = RawClient::plain(worker.port());
        client.send("\x05\x01");
        EXPECT_EQ(client.read_to_end(), "");
    }
    EXPECT_TRUE(worker.counts(Fault::not_tls, 20));
    EXPECT_TRUE(worker.connect().connected());
}

TEST(Connection, OfAClientThatHasOffendedIsClosed) {
    RunningWorker worker{
        test::published(1, [](Config& config) { config.limits.offences_per_minute = 2; })};
    worker.start();
    for (int i = 0; i < 2; ++i) {
        RawClient client = RawClient::plain(worker.port());
        client.send("\x05\x01");
        EXPECT_EQ(client.read_to_end(), "");
    }
    EXPECT_TRUE(worker.counts(Count::offences, 2));
    EXPECT_FALSE(worker.connect().connected());
    EXPECT_TRUE(worker.counts(Fault::client_offended, 1));
}

TEST(Connection, IsClosedWhileMemoryIsFullAndItsRequestsAreRefusedWhileItIsTight) {
    const test::RawOrigin origin{test::always(test::answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    const auto status = [&client] {
        client.send(test::get("/"));
        const std::string head = client.read_until("\r\n\r\n");
        const bool whole = head.starts_with("HTTP/1.1 200");
        client.read_until(whole ? "ok" : "</html>\n");
        return head;
    };
    EXPECT_TRUE(status().starts_with("HTTP/1.1 200 "));
    const std::size_t held = limit::resident();
    worker.shared().memory.look(held / 2);
    EXPECT_FALSE(worker.connect().connected());
    EXPECT_TRUE(worker.counts(Fault::out_of_memory, 1));
    worker.shared().memory.look(held * 2);
    worker.shared().memory.look(held * 100 / 95);
    ASSERT_EQ(worker.shared().memory.pressure(), limit::Pressure::tight);
    const std::string refused = status();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    EXPECT_TRUE(worker.counts(Fault::overloaded, 1));
    worker.shared().memory.look(held * 2);
    EXPECT_TRUE(status().starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(worker.connect().connected());
}

// Idle connections cannot keep everybody out; one with a request is never closed for a new one.
TEST(Connection, BeyondTheWorkersLimitTakesThePlaceOfTheLongestIdle) {
    const test::RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    RunningWorker worker{test::published(
        silent.port(), [](Config& config) { config.limits.connections_per_worker = 3; })};
    worker.start();
    RawClient busy = worker.connect();
    busy.send(test::get("/"));
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == 1; }));
    RawClient idle_first = worker.connect();
    EXPECT_TRUE(worker.counts(Count::handshakes, 2));
    worker.settle();
    RawClient idle_second =
        RawClient::tls(worker.port(), {.server_name = "shop.test", .alpn = {"h2"}});
    EXPECT_TRUE(worker.counts(Count::http2_connections, 1));
    RawClient third = worker.connect();
    EXPECT_TRUE(third.connected());
    idle_first.read_to_end();
    EXPECT_NE(idle_first.end(), test::End::open);
    EXPECT_TRUE(worker.counts(Count::connections_evicted, 1));
    third.send(test::get("/"));
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == 2; }));
    RawClient fourth = worker.connect();
    EXPECT_TRUE(fourth.connected());
    idle_second.read_to_end();
    EXPECT_NE(idle_second.end(), test::End::open) << "HTTP/2 as well";
    EXPECT_TRUE(worker.counts(Count::connections_evicted, 2));
    EXPECT_EQ(worker.count(Fault::worker_full), 0U);
    EXPECT_EQ(worker.count(Fault::client_gone), 0U) << "the busy ones are there";
}

TEST(Connection, OfAProxyOfOursIsNotCountedAsOneClients) {
    RunningWorker worker{test::published(1, [](Config& config) {
        config.limits.connections_per_client = 1;
        config.trusted_proxies = {Cidr::parse("127.0.0.1/32").value()};
    })};
    worker.start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(worker.connect());
        EXPECT_TRUE(clients.back().connected());
    }
    EXPECT_EQ(worker.count(Fault::client_full), 0U);
}

}  // namespace
}  // namespace portcullis::worker
