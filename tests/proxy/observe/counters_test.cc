#include "proxy/observe/counters.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace portcullis::observe {
namespace {

namespace json = boost::json;

// Two workers with numbers that are all different, so that none can be taken for another.
class CountersTest : public testing::Test {
  protected:
    CountersTest() {
        for (std::size_t i = 0; i < kCounts; ++i) {
            one.add(static_cast<Count>(i), 1000 - i);
            two.add(static_cast<Count>(i), 100'000);
        }
        for (std::size_t i = 1; i < kFaults; ++i) {
            for (std::size_t times = 0; times < i; ++times) {
                two.add(static_cast<Fault>(i));
            }
        }
        for (std::size_t i = 1; i < http::kRefusals; ++i) {
            for (std::size_t times = 0; times < 2 * i; ++times) {
                one.add(static_cast<http::Refusal>(i));
            }
        }
    }

    Counters one;
    Counters two;
    Reading reading{{&one, &two}, 7, 8, 9, 10, 11, 12, 13};
};

TEST_F(CountersTest, AddUp) {
    EXPECT_EQ(one.of(Count::connections_accepted), 1000U);
    one.add(Count::connections_accepted);
    EXPECT_EQ(one.of(Count::connections_accepted), 1001U);
    EXPECT_EQ(one.of(Fault::no_route), 0U);
    one.add(Fault::no_route);
    EXPECT_EQ(one.of(Fault::no_route), 1U);
}

TEST_F(CountersTest, EachHasANameOfItsOwnAndAMeaning) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kCounts; ++i) {
        const auto count = static_cast<Count>(i);
        EXPECT_TRUE(names.insert(name(count)).second) << name(count);
        EXPECT_TRUE(name(count).ends_with("_total")) << name(count);
        EXPECT_FALSE(meaning(count).empty()) << name(count);
    }
}

TEST_F(CountersTest, StatusIsOneJsonObjectWithTheSumsOfAllWorkers) {
    const json::object status = json::parse(status_json(reading)).as_object();
    EXPECT_EQ(status.at("workers"), 2);
    EXPECT_EQ(status.at("uptime_seconds"), 7);
    EXPECT_EQ(status.at("access_lines_dropped"), 8);
    EXPECT_EQ(status.at("reloads"), 9);
    EXPECT_EQ(status.at("reloads_refused"), 10);
    EXPECT_EQ(status.at("clients_forgotten"), 11);
    EXPECT_EQ(status.at("memory_bytes"), 12);
    EXPECT_EQ(status.at("upgrades_failed"), 13);
    EXPECT_EQ(status.at("connections_open"), 1) << "1000 accepted, 999 closed";
    for (std::size_t i = 0; i < kCounts; ++i) {
        const auto count = static_cast<Count>(i);
        EXPECT_EQ(status.at(name(count)), 101'000 - i) << name(count);
    }
    const json::object& faults = status.at("faults").as_object();
    EXPECT_EQ(faults.size(), kFaults - 1);
    for (std::size_t i = 1; i < kFaults; ++i) {
        const auto fault = static_cast<Fault>(i);
        EXPECT_EQ(faults.at(portcullis::name(fault)), i) << portcullis::name(fault);
    }
    const json::object& refusals = status.at("refusals").as_object();
    EXPECT_EQ(refusals.size(), http::kRefusals - 1);
    for (std::size_t i = 1; i < http::kRefusals; ++i) {
        const auto refusal = static_cast<http::Refusal>(i);
        EXPECT_EQ(refusals.at(http::name(refusal)), 2 * i) << http::name(refusal);
    }
}

// As the text format asks: HELP and TYPE once before the samples of a family, then the samples.
TEST_F(CountersTest, MetricsAreWellFormed) {
    const std::regex help{R"(# HELP (portcullis_[a-z0-9_]+) \S.*)"};
    const std::regex type{R"(# TYPE (portcullis_[a-z0-9_]+) (counter|gauge))"};
    const std::regex sample{
        R"re((portcullis_[a-z0-9_]+)(\{(?:fault|refusal)="[a-z_]+"\})? ([0-9]+))re"};
    const std::string text = metrics_text(reading);
    ASSERT_TRUE(text.ends_with("\n"));
    std::istringstream lines{text};
    std::string family;
    std::set<std::string> families;
    std::map<std::string, std::string> values;
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_match(line, match, help)) {
            family = match[1];
            EXPECT_TRUE(families.insert(family).second) << family << " twice";
        } else if (std::regex_match(line, match, type)) {
            EXPECT_EQ(match[1], family);
            EXPECT_EQ(family.ends_with("_total"), match[2] == "counter") << family;
        } else {
            ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
            EXPECT_EQ(match[1], family);
            EXPECT_TRUE(values.emplace(match[1].str() + match[2].str(), match[3]).second) << line;
        }
    }
    EXPECT_EQ(families.size(), kCounts + 14);
    EXPECT_EQ(values.at("portcullis_connections_open"), "1");
    EXPECT_EQ(values.at("portcullis_access_lines_dropped_total"), "8");
    EXPECT_EQ(values.at("portcullis_requests_total"), "100995");
    EXPECT_EQ(values.at("portcullis_faults_total{fault=\"worker_full\"}"), "1");
    EXPECT_EQ(values.at("portcullis_refusals_total{refusal=\"bad_request_line\"}"), "2");
}

TEST(Reading, OfNoWorkerIsAllZero) {
    const json::object status = json::parse(status_json({})).as_object();
    EXPECT_EQ(status.at("workers"), 0);
    EXPECT_EQ(status.at("connections_open"), 0);
    EXPECT_EQ(status.at("requests_total"), 0);
}

}  // namespace
}  // namespace portcullis::observe
