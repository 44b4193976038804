#include "config/types/duration.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsReadAndWrittenInItsLargestUnit) {
    const std::tuple<const char*, Duration, const char*> cases[] = {
        {"500ms", 500ms, "500ms"}, {"5s", 5s, "5s"},
        {"60s", 1min, "1m"},       {"90s", 90s, "90s"},
        {"10m", 10min, "10m"},     {"24h", 24h, "1d"},
        {"7d", 24h * 7, "7d"},     {"1500ms", 1500ms, "1500ms"},
        {"0s", 0s, "0s"},          {"3650d", 24h * 3650, "3650d"},
    };
    for (const auto& [text, want, written] : cases) {
        const auto duration = parse_duration(text);
        ASSERT_TRUE(duration) << text;
        EXPECT_EQ(*duration, want);
        EXPECT_EQ(duration_text(*duration), written);
    }
}

TEST(Duration, SaysWhatWouldBeRight) {
    const std::pair<const char*, const char*> cases[] = {
        {"5", "'5' has no unit; write 5s for seconds, units are ms, s, m, h and d"},
        {"5sec", "'sec' is not a unit; units are ms, s, m, h and d, with a whole number"},
        {"1.5s", "'.5s' is not a unit; units are ms, s, m, h and d, with a whole number"},
        {"", "'' is not a time span; write a whole number and a unit, such as 30s"},
        {"-5s", "'-5s' is not a time span; write a whole number and a unit, such as 30s"},
        {"3651d", "'3651d' is longer than 10 years"},
        {"18446744073709551615d", "'18446744073709551615d' is longer than 10 years"},
    };
    for (const auto& [text, want] : cases) {
        const auto duration = parse_duration(text);
        ASSERT_FALSE(duration) << text;
        EXPECT_EQ(duration.error().text, want);
    }
}

}  // namespace
}  // namespace portcullis
