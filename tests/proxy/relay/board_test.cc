#include "proxy/relay/board.h"

#include "tests/proxy/tls/certificates.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

std::shared_ptr<Site> site_with(const std::vector<std::string>& endpoints) {
    auto config = test::shop_config();
    ServiceConfig service;
    service.name = "shop";
    for (const std::string& endpoint : endpoints) {
        service.endpoints.push_back({SocketAddress::parse(endpoint).value()});
    }
    config->services.push_back(service);
    return make_site({config, std::make_shared<const route::Table>(*config)}, nullptr).value();
}

std::uint64_t value_of(const std::vector<observe::Named>& numbers, std::string_view name) {
    for (const auto& number : numbers) {
        if (number.name == name) {
            return number.value;
        }
    }
    ADD_FAILURE() << "no " << name;
    return 0;
}

TEST(Board, AddsUpWhatWorkersHaveSeenByServiceAndAddress) {
    const auto one = site_with({"10.0.0.1:80", "10.0.0.2:80"});
    const auto two = site_with({"10.0.0.2:80", "10.0.0.3:80"});
    one->services[0]->traffic()->stats->add(origin::ServiceEvent::retries);
    two->services[0]->traffic()->stats->add(origin::ServiceEvent::retries);
    one->services[0]->note(one->services[0]->endpoints()[1], {.fault = true});
    two->services[0]->note(two->services[0]->endpoints()[0], {.fault = true});
    const std::vector boards{make_board(*one), make_board(*two)};
    const auto readings = read_boards(boards);
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(readings[0].name, "shop");
    EXPECT_EQ(value_of(readings[0].events, "retries"), 2U);
    ASSERT_EQ(readings[0].endpoints.size(), 3U);
    EXPECT_EQ(readings[0].endpoints[1].address, "10.0.0.2:80");
    EXPECT_EQ(value_of(readings[0].endpoints[1].events, "faults"), 2U);
    EXPECT_EQ(value_of(readings[0].endpoints[2].events, "faults"), 0U);
    EXPECT_EQ(value_of(readings[0].endpoints[1].standings, "up"), 2U);
    EXPECT_EQ(value_of(readings[0].endpoints[2].standings, "up"), 1U);
    EXPECT_EQ(value_of(readings[0].endpoints[2].standings, "down"), 0U);
}

TEST(Board, KeepsTasksThatFollowEachOtherAtAnAddressApart) {
    const auto of = [](const std::string& task) {
        auto config = test::shop_config();
        ServiceConfig service;
        service.name = "shop";
        service.endpoints.push_back(
            {.address = SocketAddress::parse("10.0.0.1:80").value(), .task = task});
        config->services.push_back(service);
        return make_site({config, std::make_shared<const route::Table>(*config)}, nullptr).value();
    };
    const auto one = of("7k2p");
    const auto two = of("9x4m");
    const std::vector boards{make_board(*one), make_board(*two)};
    const auto readings = read_boards(boards);
    ASSERT_EQ(readings.at(0).endpoints.size(), 2U);
    EXPECT_EQ(readings[0].endpoints[0].task, "7k2p");
    EXPECT_EQ(readings[0].endpoints[1].task, "9x4m");
}

TEST(Board, OutlivesWhatItTellsOf) {
    std::vector<std::shared_ptr<const Board>> boards{make_board(*site_with({"10.0.0.1:80"}))};
    EXPECT_EQ(read_boards(boards).at(0).endpoints.size(), 1U);
    EXPECT_TRUE(read_boards({}).empty());
}

}  // namespace
}  // namespace portcullis::relay
