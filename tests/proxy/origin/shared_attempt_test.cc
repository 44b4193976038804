#include "proxy/origin/shared_attempt.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::origin {
namespace {

constexpr SharedAttempt::Clock::time_point kStart{};

Task<> keep_result(Task<Fault> task, std::vector<Fault>& results) {
    const Fault fault = co_await std::move(task);
    results.push_back(fault);
}

TEST(SharedAttempt, TellsAllWhoWaitHowItEnded) {
    stream::Loop loop;
    SharedAttempt attempt;
    std::vector<Fault> told;
    EXPECT_FALSE(attempt.under_way());
    attempt.begin();
    for (int i = 0; i < 3; ++i) {
        spawn(keep_result(attempt.wait(loop, kStart), told));
    }
    EXPECT_TRUE(attempt.under_way());
    EXPECT_TRUE(told.empty());
    attempt.end(Fault::origin_refused);
    EXPECT_TRUE(told.empty()) << "whoever tried goes first";
    loop.run_deferred();
    EXPECT_EQ(told, std::vector<Fault>(3, Fault::origin_refused));
    EXPECT_FALSE(attempt.under_way());
}

Task<> try_again(SharedAttempt& attempt, stream::Loop& loop, int& tries) {
    co_await attempt.wait(loop, kStart);
    if (attempt.under_way()) {
        co_await attempt.wait(loop, kStart);
    } else {
        attempt.begin();
    }
    ++tries;
}

TEST(SharedAttempt, WhoeverIsToldMayBeginAnotherAndTheOthersWaitForThat) {
    stream::Loop loop;
    SharedAttempt attempt;
    int tries = 0;
    attempt.begin();
    spawn(try_again(attempt, loop, tries));
    spawn(try_again(attempt, loop, tries));
    attempt.end(Fault::none);
    loop.run_deferred();
    EXPECT_EQ(tries, 1);
    EXPECT_TRUE(attempt.under_way());
    attempt.end(Fault::none);
    loop.run_deferred();
    EXPECT_EQ(tries, 2);
}

Task<> note(SharedAttempt& attempt, stream::Loop& loop, int since, std::vector<int>& told) {
    co_await attempt.wait(loop, kStart + std::chrono::seconds{since});
    told.push_back(since);
}

TEST(SharedAttempt, WhoHasWantedItForLongestIsToldFirst) {
    stream::Loop loop;
    SharedAttempt attempt;
    std::vector<int> told;
    attempt.begin();
    for (const int since : {2, 4, 1, 3, 5}) {
        spawn(note(attempt, loop, since, told));
    }
    attempt.end(Fault::none);
    loop.run_deferred();
    EXPECT_EQ(told, (std::vector{1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace portcullis::origin
