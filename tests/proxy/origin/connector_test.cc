#include "proxy/origin/connector.h"

#include "proxy/stream/listen.h"
#include "tests/proxy/origin/verified_fixture.h"

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using Mood = test::FakeResolver::Mood;

class ConnectorTest : public test::VerifiedService {
  protected:
    void pass(Duration time) { loop.wheel().advance(loop.wheel().elapsed() + time); }

    std::optional<Reached> result;
    Wish wish;
    test::SilentPort silent;
};

TEST_F(ConnectorTest, ConnectsToATaskThatTheSnapshotHas) {
    witnesses->note_snapshot(kYoung);
    Service service = service_of({{"7k2p", origin.port()}});
    EXPECT_EQ(reached(service).fault, Fault::none);
    EXPECT_EQ(resolver.questions(), 0);
}

// The kernel repeats a SYN after a second, when the address may be another container's.
TEST_F(ConnectorTest, BeginsAnewBeforeTheKernelRepeatsItsSyn) {
    witnesses->note_snapshot(kYoung);
    service_config->connect_timeout = 2s;
    Service service = service_of({{"7k2p", silent.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    test::settle(loop);
    pass(Connector::kAttemptMax - stream::Wheel::kTick);
    EXPECT_EQ(count(service, ServiceEvent::connects_repeated), 0U);
    pass(2 * stream::Wheel::kTick);
    EXPECT_EQ(count(service, ServiceEvent::connects_repeated), 1U);
    EXPECT_FALSE(result);
    pass(Connector::kAttemptMax + stream::Wheel::kTick);
    EXPECT_EQ(count(service, ServiceEvent::connects_repeated), 2U);
    pass(500ms);
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::origin_connect_timeout) << "within connect_timeout";
}

TEST_F(ConnectorTest, AnAddressOfTheFileIsWaitedForInOneAttempt) {
    service_config->connect_timeout = 2s;
    Service service = service_of({{"", silent.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    test::settle(loop);
    loop.wheel().advance(1900ms);
    EXPECT_EQ(count(service, ServiceEvent::connects_repeated), 0U);
    EXPECT_FALSE(result);
}

TEST_F(ConnectorTest, ATaskThatLeavesWhileItIsConnectedToIsNotTried) {
    witnesses->note_snapshot(kYoung);
    service_config->connect_timeout = 10s;
    Service service = service_of({{"7k2p", silent.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    test::settle(loop);
    const auto old = service.endpoints().front();
    service.traffic()->fleet.use({endpoint({"9x4m", origin.port()})});
    old->retire();
    pass(Connector::kAttemptMax + stream::Wheel::kTick);
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::none);
    EXPECT_EQ(result->lease.endpoint()->task(), "9x4m");
    EXPECT_EQ(count(service, ServiceEvent::connects_retired), 1U);
    EXPECT_EQ(old->stats()->of(EndpointEvent::faults), 0U) << "it has done nothing wrong";
}

// The connection stands when the snapshot says that the address is somebody else's.
TEST_F(ConnectorTest, AConnectionToATaskThatHasLeftIsClosedUnused) {
    witnesses->note_snapshot(kOld);
    resolver.wait_before(100ms);
    Service service = service_of({{"7k2p", origin.port()}});
    wish.prologue = "PROXY UNKNOWN\r\n";
    const Task<> reaching = reach(service, loop, wish, result);
    EXPECT_TRUE(run_until([&] { return origin.connections() == 1; }));
    service.endpoints().front()->retire();
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::no_endpoint) << "it was parked, and none came";
    EXPECT_EQ(result->lease.connection, nullptr);
    EXPECT_EQ(count(service, ServiceEvent::connects_retired), 1U);
    EXPECT_EQ(origin.received(), std::vector<std::string>{""});
}

TEST_F(ConnectorTest, ATaskThatIsMetInAnotherMannerMayStillBeConnectedTo) {
    witnesses->note_snapshot(kOld);
    resolver.wait_before(100ms);
    Service service = service_of({{"7k2p", origin.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    EXPECT_TRUE(run_until([&] { return origin.connections() == 1; }));
    service.endpoints().front()->retire(endpoint({"7k2p", origin.port()}));
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::none);
}

TEST_F(ConnectorTest, NoByteGoesToAnotherTask) {
    witnesses->note_snapshot(kOld);
    resolver.name("127.0.0.1", test::container_name("till", "9x4m"));
    Service service = service_of({{"7k2p", origin.port()}});
    wish.prologue = "PROXY UNKNOWN\r\n";
    const Task<> reaching = reach(service, loop, wish, result);
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::endpoint_moved);
    EXPECT_GE(count(service, ServiceEvent::connects_denied), 1U);
    EXPECT_EQ(service.endpoints().front()->stats()->of(EndpointEvent::faults), 0U);
    for (const std::string& received : origin.received()) {
        EXPECT_EQ(received, "");
    }
}

// More of them than there are tries, and one that is good.
TEST_F(ConnectorTest, EndpointsThatHaveMovedAreNoTries) {
    witnesses->note_snapshot(kOld);
    resolver.name("127.0.0.2", test::container_name("shop", "good"));
    Service service = service_of({{"a", origin.port()},
                                  {"b", origin.port()},
                                  {"c", origin.port()},
                                  {"d", origin.port()},
                                  {"e", origin.port()},
                                  {"good", silent.port(), "127.0.0.2"}});
    service_config->connect_timeout = 100ms;
    const Reached met = reached(service);
    EXPECT_EQ(met.lease.endpoint()->task(), "good") << "picked, though nobody answers there";
    EXPECT_EQ(count(service, ServiceEvent::connects_denied), 5U);
}

// As between the end of one container and the moment in which the next one is known to the node.
TEST_F(ConnectorTest, AnAddressOfNobodyIsNoSilence) {
    witnesses->note_snapshot(kOld);
    resolver.be(Mood::forwards);
    resolver.name("127.0.0.1", test::container_name("holder", "h0ld"));
    const SocketAddress there{IpAddress::parse("127.0.0.2").value(), origin.port()};
    const Fd listener = std::move(*stream::listen_on(there));  // the kernel answers
    Service service = service_of({{"7k2p", there.port, "127.0.0.2"}});
    EXPECT_EQ(reached(service).fault, Fault::endpoint_moved);
    EXPECT_GE(count(service, ServiceEvent::connects_denied), 1U);
    EXPECT_EQ(count(service, ServiceEvent::resolver_silent), 0U);
}

TEST_F(ConnectorTest, WithNeitherWitnessItIsRefusedAtOnceAndConnectsNoMore) {
    witnesses->note_snapshot(kTooOld);
    witnesses->note_vouched();
    resolver.be(Mood::dead);
    service_config->parking.time = 1h;
    Service service = service_of({{"7k2p", origin.port()}});
    EXPECT_EQ(reached(service).fault, Fault::endpoints_unverified);
    EXPECT_EQ(reached(service).fault, Fault::endpoints_unverified);
    EXPECT_EQ(origin.connections(), 1) << "it was known when the second one came";
    EXPECT_EQ(count(service, ServiceEvent::connects_unverified), 2U);
}

TEST_F(ConnectorTest, AtTheStartItWaitsForAWitness) {
    witnesses->note_snapshot(kTooOld);
    resolver.be(Mood::dead);
    service_config->parking.time = 1h;
    Service service = service_of({{"7k2p", origin.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    EXPECT_TRUE(run_until([&] { return count(service, ServiceEvent::connects_unverified) >= 3; }));
    EXPECT_FALSE(result);
    EXPECT_EQ(origin.connections(), 1) << "others who listen there are left alone";
    witnesses->note_snapshot(kYoung);
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::none);
}

TEST_F(ConnectorTest, AtTheStartTheResolverWillDo) {
    witnesses->note_snapshot(kTooOld);
    resolver.be(Mood::dead);
    service_config->parking.time = 1h;
    Service service = service_of({{"7k2p", origin.port()}});
    const Task<> reaching = reach(service, loop, wish, result);
    EXPECT_TRUE(run_until([&] { return count(service, ServiceEvent::resolver_silent) == 1; }));
    resolver.be(Mood::speaks);
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(result->fault, Fault::none);
}

TEST_F(ConnectorTest, AnIdleConnectionIsUsedWithoutAsking) {
    witnesses->note_snapshot(kYoung);
    Service service = service_of({{"7k2p", origin.port()}});
    reached(service).lease.give_back();
    witnesses->note_snapshot(kTooOld);
    resolver.be(Mood::dead);
    const Reached again = reached(service);
    EXPECT_EQ(again.fault, Fault::none);
    EXPECT_TRUE(again.lease.connection->reused);
    EXPECT_EQ(resolver.questions(), 0);
}

TEST_F(ConnectorTest, AnEndpointOfTheFileNeedsNoWitness) {
    resolver.be(Mood::dead);
    Service service = service_of({{"", origin.port()}});
    EXPECT_EQ(reached(service).fault, Fault::none);
    EXPECT_EQ(resolver.questions(), 0);
}

}  // namespace
}  // namespace portcullis::origin
