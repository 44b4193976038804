#include "proxy/worker/worker.h"

#include "tests/proxy/worker/running_worker.h"

#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::worker {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::eventually;
using test::RawClient;
using test::RawOrigin;
using test::RunningWorker;

TEST(Worker, CannotBeMadeWithoutACertificate) {
    const auto log = observe::AccessLog::open({}).value();
    const auto config = std::make_shared<const Config>();
    limit::Shared shared{config->limits};
    const auto made = Worker::make({config, std::make_shared<const route::Table>(*config)},
                                   tls::TicketKeys::fresh(), {}, *log, shared);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text, "tls: there is no certificate");
}

TEST(Worker, TakesANewConfigurationOverForConnectionsThatAreOpen) {
    const RawOrigin before{test::always(answer("before"))};
    const RawOrigin after{test::always(answer("after."))};
    RunningWorker worker{test::published(before.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("before").starts_with("HTTP/1.1 200 "));
    worker->use(test::published(after.port()));
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("after.").ends_with("\r\n\r\nafter."));
}

// The origin closes no connection, so each that it sees was made because there was no other.
TEST(Worker, GoesOnWithPooledConnectionsWhenSomethingElseChanges) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    for (std::uint16_t port = 1; port < 6; ++port) {
        client.send(test::get("/"));
        EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
        worker->use(test::published(origin.port(), [&](Config& config) {
            ServiceConfig other;
            other.name = "other";
            other.endpoints = {{IpAddress::parse("127.0.0.1").value(), port}};
            config.services.insert(config.services.begin(), other);
        }));
    }
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
    EXPECT_EQ(origin.connections(), 1);
    EXPECT_EQ(worker.count(observe::Count::origin_reuses), 5U);
}

TEST(Worker, TakesNewTicketKeysOver) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    const test::TlsSession session = client.session();
    worker->use(tls::TicketKeys::fresh());
    const RawClient again =
        RawClient::tls(worker.port(), {.server_name = "shop.test", .session = session.get()});
    EXPECT_TRUE(again.connected());
    EXPECT_FALSE(again.resumed());
}

TEST(Worker, DrainsAtOnceWhenNothingIsOpen) {
    RunningWorker worker{test::published(1)};
    worker.start();
    worker->drain(1h);
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
    EXPECT_EQ(RawClient::plain(worker.port()).error(), "Connection refused");
}

TEST(Worker, ClosesIdleConnectionsProperlyWhenItDrains) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    worker->drain(1h);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), test::End::clean);
    client.shutdown_write();
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
    EXPECT_EQ(worker.count(Fault::shutdown_deadline), 0U);
}

TEST(Worker, LetsAnIdleConnectionBringOneMoreRequestWhenAnotherProcessTakesOver) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    worker->drain(1h, Idle::keep);
    EXPECT_TRUE(eventually(
        [&] { return RawClient::plain(worker.port()).error() == "Connection refused"; }));
    client.send(test::get("/"));
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.ends_with("\r\n\r\nok"));
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos) << all;
    client.shutdown_write();
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
}

TEST(Worker, ThatIsToldToEndWhileItLeavesDoesNotWaitForIdleConnections) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    worker->drain(1h, Idle::keep);
    worker->drain(1h);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), test::End::clean);
    client.shutdown_write();
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
}

// Another process has the listener open as well: here, a copy.
TEST(Worker, AcceptsNothingOnceItDrainsFromAListenerThatLivesOn) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    const Fd copy = worker.copy_of_listener();
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    client.read_until("ok");
    worker->drain(1h, Idle::keep);
    worker.settle();
    client.send(test::get("/"));
    client.read_to_end();
    RawClient late = RawClient::plain(worker.port());
    EXPECT_TRUE(late.connected()) << "the kernel queues it";
    client.shutdown_write();
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
    EXPECT_TRUE(stream::accept_next(copy.get())) << "for whoever accepts next";
}

TEST(Worker, StandsStillUntilTheHaltIsOver) {
    const RawOrigin origin{test::always(answer("ok"))};
    RunningWorker worker{test::published(origin.port())};
    worker.start();
    const auto halt = std::make_shared<Halt>(1);
    worker->halt(halt);
    halt->arrived.wait();
    RawClient client = RawClient::plain(worker.port());
    client.send("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(worker.count(observe::Count::connections_accepted), 0U);
    halt->over.count_down();
    EXPECT_TRUE(client.read_until("\r\n").starts_with("HTTP/1.1 400 "));
}

// An origin that answers when it is told to.
struct Thinking {
    std::atomic<bool> begun = false;
    std::atomic<bool> go = false;
    RawOrigin origin{[this](auto& connection) {
        connection.read_head();
        begun = true;
        if (eventually([this] { return go.load(); })) {
            connection.send(answer("ok"));
        }
        connection.hang();
    }};
};

TEST(Worker, LetsAnExchangeFinishWhenItDrains) {
    Thinking thinking;
    RunningWorker worker{test::published(thinking.origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(eventually([&] { return thinking.begun.load(); }));
    worker->drain(1h);
    EXPECT_TRUE(eventually(
        [&] { return RawClient::plain(worker.port()).error() == "Connection refused"; }));
    EXPECT_FALSE(worker.ended());
    thinking.go = true;
    const std::string all = client.read_to_end();
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\nok"));
    EXPECT_EQ(client.end(), test::End::clean);
    client.shutdown_write();
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
}

TEST(Worker, CutsAnExchangeOffAtTheDeadline) {
    Thinking thinking;
    RunningWorker worker{test::published(thinking.origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(eventually([&] { return thinking.begun.load(); }));
    worker->drain(0ms);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), test::End::open);
    EXPECT_TRUE(eventually([&] { return worker.ended(); }));
    EXPECT_GE(worker.count(Fault::shutdown_deadline), 1U);
    thinking.go = true;
}

}  // namespace
}  // namespace portcullis::worker
