// Connections whose TLS is the endpoint's, through a real worker.
#include "proxy/relay/pass_through.h"

#include "proxy/proxy_protocol/header.h"
#include "tests/proxy/worker/running_worker.h"
#include "tests/support/tls_peer.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::relay {
namespace {

using observe::Count;
using test::RawClient;
using test::RawOrigin;
using test::RunningWorker;
using testing::ElementsAre;

// An endpoint that notes what comes first, answers, and says goodbye when the client has.
RawOrigin::Script answering(std::size_t expected) {
    return [expected](RawOrigin::Connection& connection) {
        connection.read(expected);
        connection.send("from the endpoint");
        connection.read_to_end();
        connection.send("bye");
    };
}

// shop.test is ours; deep.test and everything under it goes to that port.
Published two_kinds(std::uint16_t port, ProxyProtocol header = ProxyProtocol::off) {
    return test::published(port, [=](Config& config) {
        ServiceConfig deep = config.services.front();
        deep.name = "deep";
        deep.passthrough = Switch::on;
        deep.proxy_protocol = header;
        config.services.push_back(deep);
        for (const char* host : {"deep.test", "*.deep.test"}) {
            RouteConfig route;
            route.host = HostPattern::parse(host).value();
            route.service = "deep";
            config.routes.push_back(route);
        }
    });
}

std::string hello(const std::string& name) {
    test::TlsPeer peer{name};
    peer.handshake();
    return peer.take_output();
}

TEST(PassThrough, GivesTheEndpointEveryByteAsItCame) {
    for (const char* name : {"deep.test", "a.b.deep.test", "DEEP.test."}) {
        const std::string first = hello(name);
        const RawOrigin origin{answering(first.size())};
        RunningWorker worker{two_kinds(origin.port())};
        worker.start();
        RawClient client = RawClient::plain(worker.port());
        client.send(first);
        EXPECT_EQ(client.read(17), "from the endpoint") << name;
        client.send("more");
        client.shutdown_write();
        EXPECT_EQ(client.read_to_end(), "bye");
        EXPECT_EQ(client.end(), test::End::clean);
        EXPECT_THAT(origin.received(), ElementsAre(first + "more"));
        EXPECT_EQ(worker.count(Count::passed_through), 1U);
        EXPECT_EQ(worker.count(Count::handshakes), 0U);
    }
}

TEST(PassThrough, FindsTheNameHoweverTheHelloArrives) {
    const std::string first = hello("deep.test");
    const RawOrigin origin{answering(first.size())};
    RunningWorker worker{two_kinds(origin.port())};
    worker.start();
    RawClient client = RawClient::plain(worker.port());
    for (std::size_t at = 0; at < first.size(); at += 40) {
        ASSERT_TRUE(client.send(std::string_view{first}.substr(at, 40)));
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    EXPECT_EQ(client.read(17), "from the endpoint");
}

TEST(PassThrough, TellsTheEndpointForWhomItIs) {
    for (const ProxyProtocol version : {ProxyProtocol::v1, ProxyProtocol::v2}) {
        const std::string first = hello("deep.test");
        const RawOrigin origin{answering(first.size() + 20)};
        RunningWorker worker{two_kinds(origin.port(), version)};
        worker.start();
        RawClient client = RawClient::plain(worker.port());
        client.send(first);
        EXPECT_EQ(client.read(17), "from the endpoint");
        const std::string received = origin.received().at(0);
        const auto header = proxy_protocol::read_header(received);
        ASSERT_EQ(header.state, proxy_protocol::Header::State::whole);
        EXPECT_EQ(header.ends->source.address, IpAddress::parse("127.0.0.1").value());
        EXPECT_EQ(header.ends->target.port, worker.port());
        EXPECT_EQ(received.substr(header.bytes), first);
    }
}

TEST(PassThrough, LeavesOtherNamesToUs) {
    const RawOrigin origin{test::always(test::answer("ours"))};
    RunningWorker worker{two_kinds(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    ASSERT_TRUE(client.connected()) << client.error();
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ours").starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(worker.count(Count::passed_through), 0U);
    EXPECT_FALSE(worker.connect("unknown.test").connected());
    EXPECT_TRUE(worker.counts(Fault::unknown_sni, 1));
    EXPECT_FALSE(worker.connect("").connected()) << "no name at all";
}

TEST(PassThrough, AsksTheRouteWhomItAdmits) {
    const std::string first = hello("deep.test");
    const RawOrigin origin{answering(first.size())};
    for (const char* denied : {"127.0.0.0/8", "203.0.113.0/24"}) {
        Published some = two_kinds(origin.port());
        auto config = std::make_shared<Config>(*some.config);
        for (RouteConfig& route : config->routes) {
            route.deny = {Cidr::parse(denied).value()};
        }
        RunningWorker worker{{config, std::make_shared<const route::Table>(*config)}};
        worker.start();
        RawClient client = RawClient::plain(worker.port());
        client.send(first);
        const bool admitted = denied[0] == '2';
        EXPECT_EQ(client.read(17), admitted ? "from the endpoint" : "");
        EXPECT_TRUE(worker.counts(Fault::forbidden, admitted ? 0 : 1));
    }
    EXPECT_EQ(origin.connections(), 1);
}

TEST(PassThrough, NeedsNoCertificateOfOurs) {
    const std::string first = hello("deep.test");
    const RawOrigin origin{answering(first.size())};
    Published only_deep = two_kinds(origin.port());
    auto config = std::make_shared<Config>(*only_deep.config);
    config->tls.certificates.clear();
    config->routes.erase(config->routes.begin());
    only_deep = {config, std::make_shared<const route::Table>(*config)};
    RunningWorker worker{only_deep};
    worker.start();
    RawClient client = RawClient::plain(worker.port());
    client.send(first);
    EXPECT_EQ(client.read(17), "from the endpoint");
    EXPECT_FALSE(worker.connect("shop.test").connected());
    EXPECT_TRUE(worker.counts(Fault::unknown_sni, 1));
}

TEST(PassThrough, IsNotReachedByAHostUnderAnotherName) {
    const RawOrigin origin{test::always(test::answer("ours"))};
    RunningWorker worker{two_kinds(origin.port())};
    worker.start();
    RawClient client = worker.connect();
    client.send("GET / HTTP/1.1\r\nHost: deep.test\r\n\r\n");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 421 "));
    EXPECT_EQ(origin.connections(), 0);
}

TEST(PassThrough, OfADeadEndpointEndsWithoutAWord) {
    RunningWorker worker{two_kinds(1)};
    worker.start();
    RawClient client = RawClient::plain(worker.port());
    client.send(hello("deep.test"));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(worker.counts(Fault::origin_refused, 1));
}

TEST(PassThrough, NeedsAHelloInTime) {
    RunningWorker worker{two_kinds(1)};
    worker.start();
    RawClient half = RawClient::plain(worker.port());
    half.send(hello("deep.test").substr(0, 50));
    half.shutdown_write();
    EXPECT_EQ(half.read_to_end(), "");
    EXPECT_TRUE(worker.counts(Fault::client_gone, 1));
    RawClient http = RawClient::plain(worker.port());
    http.send(test::get("/"));
    EXPECT_TRUE(http.read_to_end().starts_with("HTTP/1.1 400 "));
}

}  // namespace
}  // namespace portcullis::relay
