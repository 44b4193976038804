#include "proxy/origin/retry_budget.h"

#include <gtest/gtest.h>

#include <sstream>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

// A script of lines "SECOND requests COUNT" and "SECOND retries WANTED ALLOWED".
void play(const char* script, const RetryBudgetConfig& config) {
    RetryBudget budget;
    std::istringstream lines{script};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        int second = 0;
        std::string event;
        int count = 0;
        int want = 0;
        words >> second >> event >> count >> want;
        const RetryBudget::Clock::time_point now{1h + std::chrono::seconds{second}};
        int allowed = 0;
        for (int i = 0; i < count; ++i) {
            if (event == "requests") {
                budget.note_request(now);
            } else {
                allowed += budget.take(config, now) ? 1 : 0;
            }
        }
        EXPECT_EQ(allowed, want) << line;
    }
}

TEST(RetryBudget, IsAShareOfTheRequestsOfTenSeconds) {
    play(R"(0 requests 100
0 retries 50 20
1 requests 100
1 retries 50 20
9 retries 50 0
10 retries 50 0
11 retries 50 0
12 requests 10
12 retries 50 2)",
         {.share = 20, .least = 0});
}

TEST(RetryBudget, LeavesOutWhatIsOlder) {
    play(R"(0 requests 100
5 retries 50 20
10 retries 1 0
15 retries 1 0
15 requests 50
15 retries 50 10)",
         {.share = 20, .least = 0});
}

TEST(RetryBudget, AllowsSoManyASecondWhateverTheRequests) {
    play(R"(0 retries 50 30
1 retries 50 0
10 retries 50 30
1000 retries 50 30)",
         {.share = 20, .least = 3});
}

TEST(RetryBudget, TakesTheLargerOfBothNotTheSum) {
    play(R"(0 requests 1000
0 retries 500 200)",
         {.share = 20, .least = 3});
}

TEST(RetryBudget, OfNothingAllowsNothing) {
    play(R"(0 requests 1000
0 retries 10 0)",
         {.share = 0, .least = 0});
}

TEST(RetryBudget, ATimeThatStandsStillOrGoesBackIsTheLatest) {
    play(R"(5 requests 10
4 requests 10
4 retries 10 4
5 retries 10 0)",
         {.share = 20, .least = 0});
}

}  // namespace
}  // namespace portcullis::origin
