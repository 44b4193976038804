// A service of the swarm with tasks at 127.0.0.1, a resolver of the test's own, and a snapshot as
// old as the test says.
#pragma once

#include "proxy/origin/service.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace portcullis::test {

struct SwarmTask {
    std::string id;
    std::uint16_t port;
    std::string address = "127.0.0.1";
};

class VerifiedService : public testing::Test {
  protected:
    static constexpr Duration kYoung = std::chrono::milliseconds{0};
    static constexpr Duration kOld = std::chrono::seconds{5};        // beyond verify_after
    static constexpr Duration kTooOld = std::chrono::seconds{3600};  // beyond stale_max

    VerifiedService() {
        config->discovery.resolver = SocketAddress::parse(resolver.address()).value();
        config->discovery.verify_after = std::chrono::seconds{2};
        config->discovery.stale_max = std::chrono::seconds{60};
        service_config->name = "shop";
        service_config->balance = Balance::round_robin;
        service_config->parking.time = std::chrono::milliseconds{300};
        resolver.name("127.0.0.1", container_name("shop", "7k2p"));
    }

    std::shared_ptr<origin::Endpoint> endpoint(const SwarmTask& task) {
        const EndpointConfig made{.address = {IpAddress::parse(task.address).value(), task.port},
                                  .task = task.id};
        return std::make_shared<origin::Endpoint>(made, service_config);
    }

    origin::Service service_of(const std::vector<SwarmTask>& tasks) {
        std::vector<std::shared_ptr<origin::Endpoint>> endpoints;
        for (const SwarmTask& task : tasks) {
            endpoints.push_back(endpoint(task));
        }
        origin::Service service{service_config, std::move(endpoints)};
        service.use(verifier());
        return service;
    }

    std::shared_ptr<const origin::Verifier> verifier() {
        return std::make_shared<const origin::Verifier>(config, witnesses);
    }

    static Task<> reach(origin::Service& service, stream::Loop& loop, origin::Wish& wish,
                        std::optional<origin::Reached>& result) {
        result = co_await service.reach(loop, wish);
    }

    // Waits for what other threads do, and lets the loop's clock go on with the test's.
    bool run_until(const std::function<bool()>& done) {
        const auto begun = std::chrono::steady_clock::now();
        const auto offset = loop.wheel().elapsed();
        return eventually([&] {
            loop.wheel().advance(offset + std::chrono::duration_cast<std::chrono::milliseconds>(
                                              std::chrono::steady_clock::now() - begun));
            settle(loop);
            loop.run_deferred();
            return done();
        });
    }

    origin::Reached reached(origin::Service& service) {
        std::optional<origin::Reached> result;
        origin::Wish wish;
        const Task<> reaching = reach(service, loop, wish, result);
        EXPECT_TRUE(run_until([&] { return result.has_value(); }));
        return std::move(*result);
    }

    static std::uint64_t count(const origin::Service& service, origin::ServiceEvent event) {
        return service.traffic()->stats->of(event);
    }

    stream::Loop loop;
    FakeResolver resolver;
    std::shared_ptr<Config> config = std::make_shared<Config>();
    std::shared_ptr<ServiceConfig> service_config = std::make_shared<ServiceConfig>();
    std::shared_ptr<origin::Witnesses> witnesses = std::make_shared<origin::Witnesses>();
    RawOrigin origin{[](auto& connection) { connection.hang(); }};
};

}  // namespace portcullis::test
