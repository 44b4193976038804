// The snapshot is too old to say whose an address is, and Docker's resolver is asked: it names the
// task, or another one, or nobody, or says nothing. What nobody vouches for gets no byte.
#include "tests/scenarios/swarm_fixture.h"

#include <future>

namespace portcullis::test {
namespace {

constexpr const char* kAskAlways = "verify: always, verify_after: 1m, stale_max: 10m";
// With an hour-old snapshot: the resolver decides, and its silence is no word.
constexpr const char* kAsk = "verify_after: 1m, stale_max: 2m";
// The same, and where nobody says whose an address is, it is used.
constexpr const char* kServe = "verify_after: 1m, stale_max: 2m, stale: serve";
constexpr const char* kNoParking = "100ms";

class EndpointsVerified : public FollowsSnapshots {
  protected:
    EndpointsVerified() { resolver.name("127.0.0.1", container_name("shop", "shop-1")); }

    // The shop's labels, with one more: a request that finds nobody is not parked for long.
    SwarmService shop() const {
        return {"shop", "shop.test", here.port(), {"shop-1"}, {{"parking.time", kNoParking}}};
    }

    void expect_untouched() const {
        for (const std::string& received : here.received()) {
            EXPECT_EQ(received, "");
        }
    }

    // Of a proxy that a witness has spoken to already; the resolver's word has lost its weight.
    void serve_once() {
        EXPECT_EQ(get().body, "here");
        std::this_thread::sleep_for(300ms);
    }

    RawOrigin here{[](RawOrigin::Connection& connection) {
        while (!connection.read_head().empty()) {
            connection.send(answer("here", "200 OK", "Connection: close\r\n"));
            return;
        }
    }};
};

TEST_F(EndpointsVerified, ByAYoungSnapshotAlone) {
    proxy.reload(yaml());
    put({shop()});
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(resolver.questions(), 0);
    EXPECT_EQ(proxy.status().at("swarm").at("endpoints"), "snapshot");
}

TEST_F(EndpointsVerified, ByTheResolverWhenTheSnapshotIsOld) {
    proxy.reload(yaml(kAsk));
    put({shop()}, kOld);
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    EXPECT_GE(resolver.questions(), 1);
    EXPECT_EQ(proxy.status().at("swarm").at("endpoints"), "resolver");
    EXPECT_NE(proxy.metrics().find("\nportcullis_swarm_endpoints_unverified 0\n"),
              std::string::npos);
}

TEST_F(EndpointsVerified, NoByteGoesToAnotherTaskOrToNobody) {
    proxy.reload(yaml(kAsk));
    put({shop()}, kOld);
    serves("shop-1");
    for (const std::string& name : {container_name("till", "till-1"), std::string{}}) {
        resolver.name("127.0.0.1", name);
        const Fetched refused = get();
        EXPECT_EQ(refused.status, 503) << refused.body;
    }
    expect_untouched();
    EXPECT_GE(here.connections(), 1);
    EXPECT_GE(events("shop", "connects_denied"), 2);
    resolver.name("127.0.0.1", container_name("shop", "shop-1"));
    EXPECT_TRUE(eventually([&] { return get().body == "here"; })) << "it was not to blame";
}

TEST_F(EndpointsVerified, AlwaysWhereThatIsAskedFor) {
    proxy.reload(yaml(kAskAlways));
    put({shop()});
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(events("shop", "resolver_queries"), 1);
    std::this_thread::sleep_for(300ms);
    resolver.name("127.0.0.1", container_name("till", "till-1"));
    EXPECT_EQ(get().status, 503);
    EXPECT_EQ(here.connections(), 2);
    EXPECT_EQ(here.received().at(1), "");
}

TEST_F(EndpointsVerified, WithNeitherWitnessNewConnectionsAreRefused) {
    proxy.reload(yaml(kAsk));
    put({shop()}, kOld);
    serves("shop-1");
    serve_once();
    resolver.be(FakeResolver::Mood::dead);
    const Fetched refused = get();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(here.received().at(1), "");
    EXPECT_GE(events("shop", "connects_unverified"), 1);
    EXPECT_NE(proxy.metrics().find("fault=\"endpoints_unverified\"} 1"), std::string::npos);
    EXPECT_TRUE(proxy.status().at("swarm").at("stale").as_bool());
    put({shop()});
    EXPECT_TRUE(eventually([&] { return get().body == "here"; })) << "the snapshot is young again";
}

TEST_F(EndpointsVerified, ServesAllTheSameWhereTheOperatorSaysSo) {
    proxy.reload(yaml(kServe), "configuration reloaded");
    put({shop()}, kOld);
    serves("shop-1");
    resolver.be(FakeResolver::Mood::dead);
    EXPECT_EQ(get().body, "here");
    EXPECT_GE(events("shop", "served_stale"), 1);
    EXPECT_TRUE(proxy.process().says("may reach other services' containers (stale: serve)"));
}

TEST_F(EndpointsVerified, WhatIsOpenGoesOnWithNeitherWitness) {
    const RawOrigin keeps{always(answer("kept"))};
    proxy.reload(yaml(kAsk));
    SwarmService kept = shop();
    kept.port = keeps.port();
    put({kept}, kOld);
    serves("shop-1");
    EXPECT_EQ(get().body, "kept");
    resolver.be(FakeResolver::Mood::dead);
    std::this_thread::sleep_for(300ms);
    const int asked = resolver.questions();
    EXPECT_EQ(get().body, "kept");
    EXPECT_EQ(keeps.connections(), 1) << "on the connection that was verified when it was made";
    EXPECT_EQ(resolver.questions(), asked);
}

TEST_F(EndpointsVerified, AResponseMayBeLateAndOthersMayLie) {
    proxy.reload(yaml(kAsk));
    put({shop()}, kOld);
    serves("shop-1");
    resolver.wait_before(150ms);
    EXPECT_EQ(get().body, "here");
    resolver.wait_before(0ms);
    resolver.lie_first();
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(get().body, "here");
    EXPECT_GE(events("shop", "resolver_ignored"), 3);
}

// After a reboot: the file is there, and nobody knows what has happened since.
TEST_F(EndpointsVerified, AProxyThatStartsOnAnOldSnapshotWaitsForAWitness) {
    proxy.reload(yaml(kAsk));
    SwarmService patient = shop();
    patient.more = {{"parking.time", "20s"}};
    put({patient}, kOld);
    serves("shop-1");
    resolver.be(FakeResolver::Mood::dead);
    proxy.upgrade();
    serves("shop-1");
    EXPECT_TRUE(proxy.status().at("swarm").at("stale").as_bool());
    std::future<Fetched> waiting = std::async(std::launch::async, [this] { return get(); });
    EXPECT_TRUE(eventually([&] { return events("shop", "connects_unverified") >= 3; }));
    expect_untouched();
    EXPECT_EQ(here.connections(), 1) << "whoever listens there is left alone";
    put({patient});
    EXPECT_EQ(waiting.get().body, "here");
}

TEST_F(EndpointsVerified, AForwardAuthServiceToo) {
    const RawOrigin auth{always(answer("passed"))};
    const std::string rest =
        "services:\n  auth: { swarm: auth, port: " + std::to_string(auth.port()) +
        ", parking: { time: 100ms } }\n  page: { endpoints: [ \"" + here.address() +
        "\" ] }\nroutes: [ { host: shop.test, service: page, forward_auth: { service: auth } } ]\n";
    proxy.reload(yaml(kAsk, rest));
    put({{"auth", "", 0, {"auth-1"}}}, kOld);
    serves("auth-1");
    EXPECT_EQ(get().status, 503) << "the resolver names the shop's task";
    for (const std::string& received : auth.received()) {
        EXPECT_EQ(received, "");
    }
    EXPECT_EQ(here.connections(), 0);
    resolver.name("127.0.0.1", container_name("auth", "auth-1"));
    EXPECT_TRUE(eventually([&] { return get().body == "here"; }));
}

TEST_F(EndpointsVerified, APassedThroughConnectionToo) {
    const std::string rest =
        "services:\n  shop: { swarm: shop, passthrough: on, proxy_protocol: v2, port: " +
        std::to_string(here.port()) +
        ", parking: { time: 100ms } }\nroutes: [ { host: shop.test, service: shop } ]\n";
    proxy.reload(yaml(kAsk, rest));
    put({{"shop", "", 0, {"shop-2"}}}, kOld);
    serves("shop-2");
    EXPECT_EQ(get().status, 0) << "there is no HTTP to say it in";
    EXPECT_GE(here.connections(), 1);
    expect_untouched();
}

// Another service's container would be judged by them, and pass.
TEST_F(EndpointsVerified, AHealthCheckToo) {
    proxy.reload(yaml(kAsk));
    SwarmService checked = shop();
    checked.more.emplace_back("health.path", "/healthz");
    checked.more.emplace_back("health.interval", "600ms");
    resolver.name("127.0.0.1", container_name("till", "till-1"));
    put({checked}, kOld);
    serves("shop-1");
    EXPECT_TRUE(eventually([&] { return events("shop", "connects_denied") >= 2; }));
    expect_untouched();
    EXPECT_NE(proxy.metrics().find("task=\"shop-1\",event=\"checks\"} 0"), std::string::npos);
    resolver.name("127.0.0.1", container_name("shop", "shop-1"));
    EXPECT_TRUE(eventually([&] { return get().body == "here"; }));
}

TEST_F(EndpointsVerified, AnEndpointOfTheFileNeedsNoWitness) {
    resolver.be(FakeResolver::Mood::dead);
    proxy.reload(yaml(kAsk, "services: { page: { endpoints: [ \"" + here.address() +
                                "\" ] } }\nroutes: [ { host: shop.test, service: page } ]\n"));
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(resolver.questions(), 0);
}

// A drain does not wait for a witness longer than for anything else.
TEST_F(EndpointsVerified, ARequestThatWaitsForAWitnessDoesNotHoldADrain) {
    proxy.reload(yaml(kAsk, "services: {}\nroutes: []\ntimeouts: { shutdown: 1s }\n"));
    SwarmService patient = shop();
    patient.more = {{"parking.time", "20s"}};
    put({patient}, kOld);
    resolver.be(FakeResolver::Mood::dead);
    serves("shop-1");
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return events("shop", "connects_unverified") >= 2; }));
    proxy.stop();
    expect_untouched();
}

}  // namespace
}  // namespace portcullis::test
