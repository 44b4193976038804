#include "proxy/origin/shared_attempt.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::origin {
namespace {

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
        spawn(keep_result(attempt.wait(loop), told));
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
    co_await attempt.wait(loop);
    if (attempt.under_way()) {
        co_await attempt.wait(loop);
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

}  // namespace
}  // namespace portcullis::origin
