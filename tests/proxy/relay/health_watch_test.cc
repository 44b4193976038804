#include "proxy/relay/health_watch.h"

#include "tests/proxy/stream/local_pair.h"
#include "tests/proxy/tls/certificates.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <atomic>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using origin::EndpointEvent;
using test::answer;
using test::RawOrigin;

class HealthWatchTest : public testing::Test {
  protected:
    std::shared_ptr<Site> site_with(std::uint16_t port, bool checked = true) {
        auto config = test::shop_config();
        ServiceConfig service;
        service.name = "shop";
        service.endpoints = {{IpAddress::parse("127.0.0.1").value(), port}};
        if (checked) {
            service.health.emplace();
            service.health->unhealthy = 2;
            service.health->timeout = 20s;
        }
        config->services.push_back(service);
        return make_site({config, std::make_shared<const route::Table>(*config)}, nullptr).value();
    }

    static std::uint64_t count(const Site& site, EndpointEvent event) {
        return site.services[0]->endpoints()[0]->stats()->of(event);
    }

    // Goes on, and lets so much time go by, until so many checks have been made.
    void until_checks(const Site& site, std::uint64_t checks, std::chrono::milliseconds step) {
        EXPECT_TRUE(test::eventually([&] {
            test::settle(context.loop);
            if (count(site, EndpointEvent::checks) < checks) {
                context.loop.wheel().advance(passed += step);
            }
            return count(site, EndpointEvent::checks) >= checks;
        }));
    }

    std::unique_ptr<observe::AccessLog> log = observe::AccessLog::open({}).value();
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
    std::chrono::milliseconds passed{0};
};

TEST_F(HealthWatchTest, ChecksAtOnceAndThenAtEachInterval) {
    const RawOrigin origin{test::always(answer("ok"))};
    const auto site = site_with(origin.port());
    EXPECT_FALSE(site->services[0]->endpoints()[0]->up());
    HealthWatch watch{context};
    watch.use(*site);
    until_checks(*site, 1, 0ms);
    EXPECT_TRUE(site->services[0]->endpoints()[0]->up());
    until_checks(*site, 3, 50ms);
    EXPECT_GE(passed, 4s) << "two intervals";
    EXPECT_EQ(count(*site, EndpointEvent::went_up), 1U);
}

TEST_F(HealthWatchTest, TakesAnEndpointOutAndBringsItBack) {
    std::atomic<bool> well = true;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        connection.send(answer("", well ? "200 OK" : "500 Internal Server Error"));
    }};
    const auto site = site_with(origin.port());
    HealthWatch watch{context};
    watch.use(*site);
    until_checks(*site, 1, 0ms);
    well = false;
    until_checks(*site, 2, 50ms);
    EXPECT_TRUE(site->services[0]->endpoints()[0]->up()) << "once is not enough";
    until_checks(*site, 3, 50ms);
    EXPECT_FALSE(site->services[0]->endpoints()[0]->up());
    EXPECT_EQ(site->services[0]->endpoints()[0]->stats()->why({}), "bad_status");
    well = true;
    until_checks(*site, 4, 50ms);
    EXPECT_TRUE(site->services[0]->endpoints()[0]->up());
    EXPECT_EQ(count(*site, EndpointEvent::checks_failed), 2U);
    EXPECT_EQ(count(*site, EndpointEvent::went_down), 1U);
    EXPECT_EQ(count(*site, EndpointEvent::went_up), 2U);
}

TEST_F(HealthWatchTest, EndsWithWhatIsUnderWay) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    const auto site = site_with(origin.port());
    {
        HealthWatch watch{context};
        watch.use(*site);
        EXPECT_TRUE(test::eventually([&] {
            test::settle(context.loop);
            return origin.connections() == 1;
        }));
        EXPECT_EQ(site->services[0]->endpoints()[0]->active(), 1U);
    }
    EXPECT_EQ(site->services[0]->endpoints()[0]->active(), 0U);
    context.loop.wheel().advance(1h);
    EXPECT_EQ(count(*site, EndpointEvent::checks), 0U);
}

TEST_F(HealthWatchTest, GoesOnWithServicesThatTheNextSiteHasAsWell) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    const auto site = site_with(origin.port());
    HealthWatch watch{context};
    watch.use(*site);
    EXPECT_TRUE(test::eventually([&] {
        test::settle(context.loop);
        return origin.connections() == 1;
    }));
    const auto same = make_site({site->config, site->routes}, site.get()).value();
    watch.use(*same);
    test::settle(context.loop);
    EXPECT_EQ(site->services[0]->endpoints()[0]->active(), 1U) << "the check goes on";
    EXPECT_EQ(origin.connections(), 1);
    watch.use(*site_with(origin.port(), false));
    EXPECT_EQ(site->services[0]->endpoints()[0]->active(), 0U) << "it is not watched any more";
}

TEST_F(HealthWatchTest, LeavesServicesAloneThatHaveNoChecks) {
    const RawOrigin origin{test::always(answer("ok"))};
    const auto site = site_with(origin.port(), false);
    HealthWatch watch{context};
    watch.use(*site);
    context.loop.wheel().advance(1h);
    test::settle(context.loop);
    EXPECT_EQ(origin.connections(), 0);
    EXPECT_TRUE(site->services[0]->endpoints()[0]->up());
}

}  // namespace
}  // namespace portcullis::relay
