#include "proxy/observe/swarm_reading.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::observe {
namespace {

TEST(SwarmReading, IsAJsonObject) {
    std::string out;
    write_swarm(out, {.age = Duration{1500},
                      .stale = true,
                      .endpoints = "nobody",
                      .snapshots_refused = 2,
                      .quarantine = {{"web", "says \"no\"", "a.test/"}},
                      .notes = {{"db", "2 wanted"}}});
    EXPECT_EQ(boost::json::parse(out),
              boost::json::parse(R"({"age_seconds":1.5,"stale":true,"endpoints":"nobody",
              "snapshots_refused":2,"notes":[{"service":"db","sentence":"2 wanted"}],
              "quarantine":[{"service":"web","route":"a.test/","reason":"says \"no\""}]})"));
    out.clear();
    write_swarm(out, {});
    EXPECT_TRUE(boost::json::parse(out).at("age_seconds").is_null());
}

TEST(SwarmReading, IsMetrics) {
    std::string out;
    write_swarm_metrics(out, {.age = Duration{1500}, .quarantine = {{"web", ""}}});
    EXPECT_NE(out.find("\nportcullis_swarm_age_seconds 1.5\n"), std::string::npos) << out;
    EXPECT_NE(out.find("\nportcullis_swarm_stale 0\n"), std::string::npos);
    EXPECT_NE(out.find("\nportcullis_swarm_quarantined 1\n"), std::string::npos);
    out.clear();
    write_swarm_metrics(out, {.stale = true, .snapshots_refused = 3});
    EXPECT_EQ(out.find("age_seconds"), std::string::npos) << "nothing is known yet";
    EXPECT_NE(out.find("\nportcullis_swarm_stale 1\n"), std::string::npos);
    EXPECT_NE(out.find("\nportcullis_swarm_snapshots_refused_total 3\n"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::observe
