#include "config/swarm/status.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

namespace json = boost::json;

IpAddress address(std::string_view text) {
    return IpAddress::parse(text).value();
}

DiscoveryReading reading() {
    DiscoveryReading reading;
    Snapshot& snapshot = reading.snapshot;
    snapshot.serial = 1'790'000'000'000;
    snapshot.nodes = {address("10.77.0.11")};
    snapshot.services = {
        {"api", "i1", "", "shop", {}, {{"t1", address("10.0.0.1"), true}}},
        {"bad", "i2", "", "", {{"portcullis.host", "?"}}, {{"t2", address("10.0.0.2"), false}}},
        {"none", "i3", "", "", {}, {}},
        {"web",
         "i4",
         "",
         "",
         {},
         {{"t3", address("10.0.0.3"), true}, {"t4", address("10.0.0.4"), false}}}};
    snapshot.quarantine = {{"bad", "because \"so\""}};
    reading.role = Role::manager;
    reading.api_version = "1.41";
    reading.trouble = "/tasks was answered 500";
    reading.age = std::chrono::seconds{31};
    reading.stale = true;
    reading.looks = 7;
    reading.failures[static_cast<std::size_t>(Trouble::timeout)] = 2;
    return reading;
}

TEST(DiscoveryStatus, TellsEachServiceAndWhatBecomesOfIt) {
    const json::object status = json::parse(status_json(reading())).as_object();
    EXPECT_EQ(status.at("fine"), false);
    EXPECT_EQ(status.at("age_seconds"), 31);
    EXPECT_EQ(status.at("role"), "manager");
    EXPECT_EQ(status.at("api_version"), "1.41");
    EXPECT_EQ(status.at("trouble"), "/tasks was answered 500");
    EXPECT_EQ(status.at("nodes"), json::parse(R"(["10.77.0.11"])"));
    EXPECT_EQ(status.at("quarantine"),
              json::parse(R"([{"service":"bad","route":"","reason":"because \"so\""}])"));
    std::string states;
    for (const json::value& service : status.at("services").as_array()) {
        states += std::string{service.at("name").as_string()} + " " +
                  std::string{service.at("state").as_string()} + "; ";
    }
    EXPECT_EQ(states, "api leaving; bad quarantined; none empty; web routable; ");
    EXPECT_EQ(status.at("services").at(0).at("tasks"),
              json::parse(R"([{"id":"t1","address":"10.0.0.1","leaving":true}])"));
    EXPECT_EQ(json::parse(status_json({})).at("fine"), true);
}

TEST(DiscoveryMetrics, CountFailuresByKind) {
    const std::string text = metrics_text(reading());
    for (const std::string line :
         {"looks_total 7", "failures_total{kind=\"timeout\"} 2",
          "failures_total{kind=\"refused\"} 0", "age_seconds 31", "stale 1", "services 4",
          "tasks 2", "quarantined 1", "nodes 1", "manager 1", "serial 1790000000000"}) {
        EXPECT_NE(text.find("\nportcullis_discovery_" + line + "\n"), std::string::npos)
            << line << "\n"
            << text;
    }
    EXPECT_EQ(text.find("kind=\"none\""), std::string::npos);
}

TEST(DiscoverySocket, AnswersStatusAndMetricsOnly) {
    const auto status = [](std::string_view method, std::string_view target) {
        return answer_status({method, target, {}, {}}, [] { return DiscoveryReading{}; });
    };
    EXPECT_EQ(status("GET", "/status").content_type, "application/json");
    EXPECT_EQ(status("GET", "/metrics").status, 200U);
    EXPECT_EQ(status("GET", "/").status, 404U);
    EXPECT_EQ(status("POST", "/status").status, 405U);
}

}  // namespace
}  // namespace portcullis::swarm
