#include "proxy/origin/service.h"

#include "tests/proxy/stream/local_pair.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using test::settle;

Task<> reach(Service& service, stream::Loop& loop, Wish& wish, std::optional<Reached>& result) {
    result = co_await service.reach(loop, wish);
}

Task<> reach(Service& service, stream::Loop& loop, std::optional<Reached>& result) {
    Wish wish;
    result = co_await service.reach(loop, wish);
}

Task<> reach_anew(Service& service, stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                  std::optional<Reached>& result) {
    Wish wish;
    result = co_await service.reach_anew(loop, std::move(endpoint), wish, Service::Clock::now());
}

class ServiceTest : public testing::Test {
  protected:
    ServiceTest() { config->balance = Balance::round_robin; }

    Service at(const std::vector<std::uint16_t>& ports) {
        std::vector<std::shared_ptr<Endpoint>> endpoints;
        for (const std::uint16_t port : ports) {
            endpoints.push_back(std::make_shared<Endpoint>(
                EndpointConfig{.address = {IpAddress::parse("127.0.0.1").value(), port}}, config));
        }
        return {config, std::move(endpoints)};
    }

    Reached reached(Service& service) {
        std::optional<Reached> result;
        const Task<> reaching = reach(service, loop, result);
        EXPECT_TRUE(test::eventually([&] {
            settle(loop);
            return result.has_value();
        }));
        return std::move(*result);
    }

    stream::Loop loop;
    std::shared_ptr<ServiceConfig> config = std::make_shared<ServiceConfig>();
    test::RawOrigin origin{[](auto& connection) { connection.hang(); }};
    test::RefusingPort refusing;
};

TEST_F(ServiceTest, ConnectsAndCountsTheLoadUntilTheLeaseEnds) {
    Service service = at({origin.port()});
    {
        const Reached result = reached(service);
        EXPECT_EQ(result.fault, Fault::none);
        ASSERT_NE(result.lease.connection, nullptr);
        EXPECT_FALSE(result.lease.connection->reused);
        EXPECT_EQ(service.endpoints()[0]->active(), 1U);
    }
    EXPECT_EQ(service.endpoints()[0]->active(), 0U);
    EXPECT_EQ(service.endpoints()[0]->idle(), 0U) << "closed: it was not given back";
}

TEST_F(ServiceTest, UsesAnIdleConnectionBeforeItMakesANewOne) {
    Service service = at({origin.port()});
    {
        Reached result = reached(service);
        result.lease.give_back();
    }
    EXPECT_EQ(service.endpoints()[0]->idle(), 1U);
    const Reached again = reached(service);
    EXPECT_TRUE(again.lease.connection->reused);
    EXPECT_EQ(service.endpoints()[0]->idle(), 0U);
    EXPECT_TRUE(test::eventually([&] { return origin.connections() == 1; }));
}

TEST_F(ServiceTest, ReachesAnewOnAFreshConnectionAlthoughOneIsIdle) {
    Service service = at({origin.port()});
    {
        Reached result = reached(service);
        result.lease.give_back();
    }
    std::optional<Reached> anew;
    const Task<> reaching = reach_anew(service, loop, service.endpoints()[0], anew);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return anew.has_value();
    }));
    EXPECT_EQ(anew->fault, Fault::none);
    EXPECT_FALSE(anew->lease.connection->reused);
    EXPECT_EQ(service.endpoints()[0]->idle(), 1U);
}

TEST_F(ServiceTest, GoesToTheNextEndpointWhenOneRefuses) {
    Service service = at({refusing.port(), refusing.port(), origin.port()});
    const Reached result = reached(service);
    EXPECT_EQ(result.fault, Fault::none);
    EXPECT_EQ(result.lease.endpoint()->address().port, origin.port());
    EXPECT_EQ(service.endpoints()[0]->active(), 0U) << "no load where nothing is done";
    EXPECT_EQ(service.endpoints()[2]->active(), 1U);
}

TEST_F(ServiceTest, GivesUpAfterSoManyTries) {
    Service service = at({refusing.port(), refusing.port(), refusing.port(), origin.port()});
    const Reached result = reached(service);
    EXPECT_EQ(result.fault, Fault::origin_refused);
    EXPECT_EQ(result.lease.connection, nullptr);
    EXPECT_EQ(result.lease.endpoint()->address().port, refusing.port()) << "for the log";
    EXPECT_EQ(origin.connections(), 0);
}

TEST_F(ServiceTest, GivesUpOnAnEndpointThatDoesNotAnswerInTime) {
    config->connect_timeout = 1s;
    const test::SilentPort silent;
    Service service = at({silent.port()});
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    settle(loop);
    EXPECT_FALSE(result);
    loop.wheel().advance(2s);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, Fault::origin_connect_timeout);
    EXPECT_EQ(service.endpoints()[0]->active(), 1U) << "the lease names it";
}

TEST_F(ServiceTest, TriesTheNextAfterATimeoutToo) {
    config->connect_timeout = 1s;
    const test::SilentPort silent;
    Service service = at({silent.port(), origin.port()});
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    settle(loop);
    loop.wheel().advance(2s);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(result->fault, Fault::none);
}

TEST_F(ServiceTest, RefusesRequestsBeyondItsLimitAtOnce) {
    config->circuit.requests_max = 1;
    Service service = at({origin.port()});
    Wish first;
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, first, result);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(reached(service).fault, Fault::service_full);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::requests_refused), 1U);
    first = {};
    EXPECT_EQ(reached(service).fault, Fault::none) << "the first one is over";
}

TEST_F(ServiceTest, RefusesToWaitBeyondItsLimit) {
    config->circuit.pending_max = 1;
    const test::SilentPort silent;
    Service service = at({silent.port()});
    std::optional<Reached> waits;
    const Task<> reaching = reach(service, loop, waits);
    settle(loop);
    ASSERT_FALSE(waits);
    const Reached refused = reached(service);
    EXPECT_EQ(refused.fault, Fault::service_full);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::pending_refused), 1U);
}

TEST_F(ServiceTest, MakesRoomForAConnectionAmongTheIdleOnes) {
    config->circuit.connections_max = 1;
    const test::RawOrigin second{[](auto& connection) { connection.hang(); }};
    Service service = at({origin.port(), second.port()});
    {
        Reached result = reached(service);
        result.lease.give_back();
    }
    EXPECT_EQ(service.endpoints()[0]->idle(), 1U);
    const Reached other = reached(service);
    EXPECT_EQ(other.fault, Fault::none);
    EXPECT_EQ(other.lease.endpoint()->address().port, second.port());
    EXPECT_EQ(service.endpoints()[0]->idle(), 0U);
    EXPECT_EQ(reached(service).fault, Fault::service_full) << "none is idle";
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::connections_refused), 1U);
}

TEST_F(ServiceTest, TakesRetriesFromItsBudget) {
    config->retry_budget = {.share = 0, .least = 1};
    Service service = at({origin.port()});
    for (std::size_t i = 0; i < RetryBudget::kSeconds; ++i) {
        EXPECT_TRUE(service.take_retry());
    }
    EXPECT_FALSE(service.take_retry());
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::retries), RetryBudget::kSeconds);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::retries_refused), 1U);
}

TEST_F(ServiceTest, SaysThatItHasNoEndpointAtOnceOrAfterAWhile) {
    Service service = at({});
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    settle(loop);
    ASSERT_FALSE(result);
    loop.wheel().advance(config->parking.time + 1s);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, Fault::no_endpoint);
    EXPECT_EQ(result->lease.endpoint(), nullptr);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::parked), 1U);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::parked_in_vain), 1U);
    config->parking.time = 0s;
    EXPECT_EQ(reached(service).fault, Fault::no_endpoint);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::parked), 1U);
}

TEST_F(ServiceTest, ParksSoManyRequestsAndNoMore) {
    config->parking.requests_max = 1;
    Service service = at({});
    std::optional<Reached> parked;
    const Task<> reaching = reach(service, loop, parked);
    EXPECT_EQ(reached(service).fault, Fault::no_endpoint);
    EXPECT_FALSE(parked);
    EXPECT_EQ(service.traffic()->stats->of(ServiceEvent::parking_full), 1U);
}

TEST_F(ServiceTest, ARequestThatIsParkedGoesToTheFirstEndpointThatPassesACheck) {
    config->health.emplace();
    Service service = at({refusing.port(), origin.port()});
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    settle(loop);
    EXPECT_FALSE(result) << "down until the first success";
    EXPECT_TRUE(service.note_check(*service.endpoints()[1], ""));
    loop.run_deferred();
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(result->fault, Fault::none);
    EXPECT_EQ(result->lease.endpoint(), service.endpoints()[1]);
}

TEST_F(ServiceTest, ARequestThatIsParkedGoesToTheEndpointsOfTheNextConfiguration) {
    Service before = at({});
    std::optional<Reached> result;
    const Task<> reaching = reach(before, loop, result);
    settle(loop);
    ASSERT_FALSE(result);
    const auto endpoint = std::make_shared<Endpoint>(
        EndpointConfig{.address = {IpAddress::parse("127.0.0.1").value(), origin.port()}}, config);
    const Service after{config, {endpoint}, nullptr, before.traffic()};
    loop.run_deferred();
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(result->fault, Fault::none);
    EXPECT_EQ(result->lease.endpoint(), endpoint);
    EXPECT_TRUE(before.endpoints().empty()) << "what it was configured with";
}

// The idle connection was closed because its task has ended, and nothing has been sent anywhere.
TEST_F(ServiceTest, ReachesAnewElsewhereWhenTheEndpointIsGone) {
    Service service = at({refusing.port(), origin.port()});
    std::optional<Reached> anew;
    const Task<> reaching = reach_anew(service, loop, service.endpoints()[0], anew);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return anew.has_value();
    }));
    EXPECT_EQ(anew->fault, Fault::none);
    EXPECT_EQ(anew->lease.endpoint(), service.endpoints()[1]);
}

// The only task of a service ends, and the next one is not there yet.
TEST_F(ServiceTest, WhatCannotBeRepeatedIsHeldBackWhileTheLastEndpointIsToldToEnd) {
    Service before = at({origin.port()});
    before.endpoints()[0]->use({.address = before.endpoints()[0]->address(), .leaving = true},
                               config);
    std::optional<Reached> result;
    Wish wish{.repeatable = false};
    Task<> reaching;
    EXPECT_TRUE(test::eventually([&] {
        result.reset();
        wish.place = {};
        reaching = reach(before, loop, wish, result);
        settle(loop);
        return !result;
    }));
    EXPECT_EQ(reached(before).fault, Fault::none) << "what can be goes there";
    const test::RawOrigin next{[](auto& connection) { connection.hang(); }};
    const auto endpoint = std::make_shared<Endpoint>(
        EndpointConfig{.address = {IpAddress::parse("127.0.0.1").value(), next.port()}}, config);
    const Service after{config, {before.endpoints()[0], endpoint}, nullptr, before.traffic()};
    loop.run_deferred();
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(result->lease.endpoint(), endpoint);
}

TEST_F(ServiceTest, ARequestIsParkedWhenTheLastEndpointWasLeavingAndRefuses) {
    const IpAddress here = IpAddress::parse("127.0.0.1").value();
    const auto leaving = std::make_shared<Endpoint>(
        EndpointConfig{.address = {here, refusing.port()}, .leaving = true}, config);
    Service before{config, {leaving}};
    std::optional<Reached> result;
    const Task<> reaching = reach(before, loop, result);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return before.traffic()->parking.parked() == 1;
    }));
    EXPECT_FALSE(result);
    EXPECT_FALSE(leaving->up()) << "it does not come back";
    const auto next =
        std::make_shared<Endpoint>(EndpointConfig{.address = {here, origin.port()}}, config);
    const Service after{config, {next}, nullptr, before.traffic()};
    loop.run_deferred();
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return result.has_value();
    }));
    EXPECT_EQ(result->fault, Fault::none);
    EXPECT_EQ(result->lease.endpoint(), next);
}

struct Listener final : SilenceListener {
    [[nodiscard]] bool unheard() const override { return false; }

    void on_silence() noexcept override { ++told; }

    int told = 0;
};

TEST_F(ServiceTest, AnEndpointThatCannotBeConnectedToInTimeIsSilent) {
    config->connect_timeout = 1s;
    const test::SilentPort silent;
    Service service = at({silent.port(), refusing.port()});
    Listener at_silent;
    Listener at_refusing;
    service.endpoints()[0]->listen(at_silent);
    service.endpoints()[1]->listen(at_refusing);
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    settle(loop);
    EXPECT_EQ(at_silent.told, 0);
    loop.wheel().advance(2s);
    EXPECT_EQ(at_silent.told, 1);
    EXPECT_EQ(at_refusing.told, 0) << "it has said no";
}

TEST_F(ServiceTest, AnEndpointThatIsDownIsSilentIfItsChecksHadNoAnswer) {
    config->health.emplace();
    config->health->unhealthy = 2;
    Service service = at({origin.port()});
    Endpoint& endpoint = *service.endpoints()[0];
    for (const auto& [trouble, told] : {std::pair{"origin_connect_timeout", 1},
                                        {"origin_timeout", 1},
                                        {"bad_status", 0},
                                        {"origin_refused", 0}}) {
        service.note_check(endpoint, "");
        Listener listener;
        endpoint.listen(listener);
        service.note_check(endpoint, trouble);
        EXPECT_EQ(listener.told, 0) << "once is chance";
        service.note_check(endpoint, trouble);
        EXPECT_EQ(listener.told, told) << trouble;
        service.note_check(endpoint, "");
    }
}

TEST_F(ServiceTest, PicksNoEndpointThatFailsItsChecks) {
    config->health.emplace();
    config->health->unhealthy = 1;
    Service service = at({origin.port(), refusing.port()});
    service.note_check(*service.endpoints()[0], "");
    service.note_check(*service.endpoints()[1], "");
    EXPECT_TRUE(service.note_check(*service.endpoints()[1], "origin_refused"));
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(reached(service).lease.endpoint(), service.endpoints()[0]);
    }
    EXPECT_EQ(service.endpoints()[1]->stats()->standing({}), Standing::down);
    EXPECT_EQ(service.endpoints()[1]->stats()->why({}), "origin_refused");
    EXPECT_EQ(service.endpoints()[1]->stats()->of(EndpointEvent::requests), 0U);
}

}  // namespace
}  // namespace portcullis::origin
