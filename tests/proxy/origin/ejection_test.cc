#include "proxy/origin/ejection.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using Why = Ejection::Why;

const char* word(Why why) {
    switch (why) {
        case Why::none:
            return "none";
        case Why::consecutive_faults:
            return "faults";
        case Why::success_rate:
            return "success_rate";
        case Why::latency:
            return "latency";
    }
    return "?";
}

// Outcomes as they come, 'f' a fault, '5' an answer 500, '.' a good one: the verdict after each is
// 'E' for out.
std::string play(std::string_view outcomes, std::size_t consecutive) {
    EjectionConfig config;
    config.consecutive_faults = consecutive;
    Ejection ejection;
    std::string verdicts;
    for (const char outcome : outcomes) {
        const Why why =
            ejection.note({.fault = outcome == 'f', .status = outcome == '5' ? 500 : 200}, config);
        verdicts += why == Why::none ? '-' : 'E';
        if (why != Why::none) {
            ejection.eject(config, {});
        }
    }
    return verdicts;
}

TEST(Ejection, IsForSoManyFaultsInARow) {
    EXPECT_EQ(play("fff", 3), "--E");
    EXPECT_EQ(play("ff.ff.fff", 3), "--------E");
    EXPECT_EQ(play("f", 1), "E");
    EXPECT_EQ(play("ffffffff", 3), "--E--E--") << "counts anew";
}

TEST(Ejection, IsNotForAnswersThatMayBeTheRequestsOwn) {
    EXPECT_EQ(play("555555", 3), "------");
    EXPECT_EQ(play("ff5ff", 3), "-----") << "an answer was given";
}

TEST(Ejection, IsForNothingWhenOff) {
    EXPECT_EQ(play("ffffffffff", 0), "----------");
}

// "eject", "interval" and "?" (is it out?) at seconds of a clock.
TEST(Ejection, LastsLongerEachTimeInARowAndIsForgivenByTheInterval) {
    EjectionConfig config;
    config.time = 30s;
    config.time_max = 70s;
    Ejection ejection;
    std::istringstream script{R"(0 ? in
0 eject
0 ? out
29 ? out
30 ? in
40 eject
99 ? out
100 ? in
110 eject
179 ? out
180 ? in
190 interval
200 interval
210 interval
220 eject
249 ? out
250 ? in
260 eject
265 interval
319 ? out
320 ? in)"};
    int second = 0;
    std::string event;
    while (script >> second >> event) {
        const Ejection::Clock::time_point now{1h + std::chrono::seconds{second}};
        if (event == "eject") {
            ejection.eject(config, now);
        } else if (event == "interval") {
            ejection.take_interval(now);
        } else {
            std::string want;
            script >> want;
            EXPECT_EQ(ejection.ejected(now), want == "out") << second;
        }
    }
}

TEST(Ejection, AnIntervalTellsOfItsOutcomesOnly) {
    EjectionConfig config;
    Ejection ejection;
    for (const Outcome& outcome : {Outcome{false, 200, 3ms}, Outcome{false, 404, 5ms},
                                   Outcome{false, 502, 1s}, Outcome{true, 0, 9s}}) {
        EXPECT_EQ(ejection.note(outcome, config), Why::none);
    }
    const Ejection::Interval interval = ejection.take_interval({});
    EXPECT_EQ(interval.outcomes, 4U);
    EXPECT_EQ(interval.failures, 2U);
    EXPECT_EQ(interval.latency, 8ms);
    EXPECT_EQ(ejection.take_interval({}).outcomes, 0U);
}

std::string verdicts(std::vector<Ejection::Interval> intervals, const EjectionConfig& config) {
    std::string words;
    for (const Why why : judge(intervals, config)) {
        words += (words.empty() ? "" : " ") + std::string{word(why)};
    }
    return words;
}

// successes, each so long, and failures
Ejection::Interval interval(std::size_t successes, std::chrono::microseconds each,
                            std::size_t failures = 0) {
    return {successes + failures, failures, each * successes};
}

TEST(Judge, TooFewSuccesses) {
    EjectionConfig config;
    config.success_min = 80;
    config.requests_min = 10;
    EXPECT_EQ(verdicts({interval(8, 1ms, 2), interval(79, 1ms, 21), interval(0, 1ms, 9),
                        interval(0, 0ms, 10)},
                       config),
              "none success_rate none success_rate");
    config.success_min = 0;
    EXPECT_EQ(verdicts({interval(0, 0ms, 100)}, config), "none");
}

TEST(Judge, TooSlowBesideTheMedianOfTheOthers) {
    EjectionConfig config;
    config.latency_max = 300;
    config.requests_min = 10;
    EXPECT_EQ(verdicts({interval(10, 20ms), interval(10, 61ms), interval(10, 20ms)}, config),
              "none latency none");
    EXPECT_EQ(verdicts({interval(10, 20ms), interval(10, 60ms), interval(10, 20ms)}, config),
              "none none none");
    EXPECT_EQ(verdicts({interval(10, 1ms), interval(10, 9ms)}, config), "none none")
        << "too fast to speak of slow";
    EXPECT_EQ(verdicts({interval(10, 900ms)}, config), "none") << "nobody to compare with";
    EXPECT_EQ(verdicts({interval(9, 20ms), interval(10, 900ms)}, config), "none none");
    EXPECT_EQ(verdicts({interval(10, 20ms), interval(10, 900ms, 90)}, config), "none latency")
        << "its successes count";
    config.latency_max = 0;
    EXPECT_EQ(verdicts({interval(10, 20ms), interval(10, 900ms)}, config), "none none");
}

}  // namespace
}  // namespace portcullis::origin
