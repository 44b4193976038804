#include "proxy/http/date.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::system_clock;

TEST(DateText, IsTheFixedFormOfTheRfc) {
    DateText date;
    const Clock::time_point example{784111777s};
    EXPECT_EQ(date.at(example), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(date.at(Clock::time_point{}), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(date.at(Clock::time_point{951868799s}), "Tue, 29 Feb 2000 23:59:59 GMT");
}

TEST(DateText, ChangesWithTheSecond) {
    DateText date;
    const Clock::time_point second{784111777s};
    EXPECT_EQ(date.at(second), date.at(second + 999ms));
    EXPECT_EQ(date.at(second + 1s), "Sun, 06 Nov 1994 08:49:38 GMT");
    EXPECT_EQ(date.at(second), "Sun, 06 Nov 1994 08:49:37 GMT")
        << "also when the clock is set back";
}

}  // namespace
}  // namespace portcullis::http
