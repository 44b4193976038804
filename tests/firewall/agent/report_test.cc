#include "firewall/agent/report.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

Report fine() {
    Report report;
    report.mode = "edge";
    report.drift = "in_sync";
    report.generation = 42;
    report.counters = {{"d_port", {7, 420}}, {"d_ban", {1, 60}}};
    return report;
}

TEST(StatusJson, IsOneObjectWithAMemberALine) {
    const std::string text = status_json(fine());
    EXPECT_TRUE(text.starts_with("{\n  \"fine\": true,\n  \"mode\": \"edge\",\n")) << text;
    const auto object = boost::json::parse(text).as_object();
    EXPECT_EQ(object.at("generation"), 42);
    EXPECT_EQ(object.at("counters").at("d_port").at("packets"), 7);
    EXPECT_TRUE(object.at("alarms").as_array().empty());
}

TEST(StatusJson, KeepsWhatANameOrASentenceHoldsApartFromItsOwnSyntax) {
    Report report = fine();
    report.alarms = {"interface \"x\"\nis odd"};
    const auto object = boost::json::parse(status_json(report)).as_object();
    EXPECT_EQ(object.at("alarms").at(0), "interface \"x\"\nis odd");
    EXPECT_EQ(object.at("fine"), false);
}

TEST(IsFine, NeedsEverythingToBe) {
    EXPECT_TRUE(is_fine(fine()));
    Report report = fine();
    report.degraded = {"owner: this kernel has none"};
    EXPECT_FALSE(is_fine(report));
    report = fine();
    report.drift = "contested";
    EXPECT_FALSE(is_fine(report));
}

TEST(MetricsText, HasACounterForEachReasonAndHelpOnce) {
    const std::string text = metrics_text(fine());
    EXPECT_NE(text.find("\nportcullis_firewall_in_sync 1\n"), std::string::npos);
    EXPECT_NE(text.find("\n# TYPE portcullis_firewall_packets_total counter\n"
                        "portcullis_firewall_packets_total{counter=\"d_ban\"} 1\n"
                        "portcullis_firewall_packets_total{counter=\"d_port\"} 7\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("portcullis_firewall_bytes_total{counter=\"d_port\"} 420\n"),
              std::string::npos);
    EXPECT_NE(text.find("\nportcullis_firewall_generation 42\n"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::firewall
