#include "proxy/observe/service_reading.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::observe {
namespace {

const std::vector<ServiceReading> kServices{
    {"shop",
     {{"retries", 1}, {"retries_refused", 2}},
     {{"10.0.0.1:80", "7k2p", {{"requests", 3}}, {{"up", 2}, {"down", 0}}},
      {"[2001:db8::1]:80", "", {{"requests", 4}}, {{"up", 1}, {"down", 1}}, "bad_status"}}},
    {"empty", {{"retries", 5}, {"retries_refused", 6}}, {}}};

TEST(ServiceReading, IsAJsonArray) {
    std::string out;
    write_services(out, kServices);
    const auto array = boost::json::parse(out).as_array();
    ASSERT_EQ(array.size(), 2U);
    EXPECT_EQ(array[0].at("name"), "shop");
    EXPECT_EQ(array[0].at("retries_refused"), 2);
    EXPECT_EQ(array[0].at("endpoints").at(1).at("address"), "[2001:db8::1]:80");
    EXPECT_EQ(array[0].at("endpoints").at(0).at("task"), "7k2p");
    EXPECT_EQ(array[0].at("endpoints").at(1).at("task"), "");
    EXPECT_EQ(array[0].at("endpoints").at(1).at("requests"), 4);
    EXPECT_EQ(array[0].at("endpoints").at(1).at("down"), 1);
    EXPECT_EQ(array[0].at("endpoints").at(1).at("why"), "bad_status");
    EXPECT_TRUE(array[1].at("endpoints").as_array().empty());
    out.clear();
    write_services(out, {});
    EXPECT_EQ(out, "[]");
}

TEST(ServiceReading, IsMetricsWithOneSampleForEachEvent) {
    std::string out;
    write_service_metrics(out, kServices);
    EXPECT_EQ(out, R"(# HELP portcullis_service_events_total What happened at a service, by kind
# TYPE portcullis_service_events_total counter
portcullis_service_events_total{service="shop",event="retries"} 1
portcullis_service_events_total{service="shop",event="retries_refused"} 2
portcullis_service_events_total{service="empty",event="retries"} 5
portcullis_service_events_total{service="empty",event="retries_refused"} 6
# HELP portcullis_endpoint_workers Workers that see an endpoint so
# TYPE portcullis_endpoint_workers gauge
portcullis_endpoint_workers{service="shop",endpoint="10.0.0.1:80",task="7k2p",standing="up"} 2
portcullis_endpoint_workers{service="shop",endpoint="10.0.0.1:80",task="7k2p",standing="down"} 0
portcullis_endpoint_workers{service="shop",endpoint="[2001:db8::1]:80",task="",standing="up"} 1
portcullis_endpoint_workers{service="shop",endpoint="[2001:db8::1]:80",task="",standing="down"} 1
# HELP portcullis_endpoint_events_total What happened at an endpoint, by kind
# TYPE portcullis_endpoint_events_total counter
portcullis_endpoint_events_total{service="shop",endpoint="10.0.0.1:80",task="7k2p",event="requests"} 3
portcullis_endpoint_events_total{service="shop",endpoint="[2001:db8::1]:80",task="",event="requests"} 4
)");
}

}  // namespace
}  // namespace portcullis::observe
