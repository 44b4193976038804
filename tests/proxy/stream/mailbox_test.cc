#include "proxy/stream/mailbox.h"

#include <gtest/gtest.h>

#include <thread>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;

TEST(Mailbox, RunsWhatWasPostedInItsOrder) {
    Reactor reactor;
    Mailbox mailbox{reactor};
    std::vector<int> ran;
    mailbox.post([&] { ran.push_back(1); });
    mailbox.post([&] { ran.push_back(2); });
    EXPECT_TRUE(ran.empty()) << "not on the poster's stack";
    reactor.turn(0ms);
    EXPECT_EQ(ran, (std::vector{1, 2}));
    EXPECT_EQ(reactor.turn(0ms), 0U) << "rung once, answered once";
}

TEST(Mailbox, TakesMessagesFromItsOwnMessages) {
    Reactor reactor;
    Mailbox mailbox{reactor};
    int ran = 0;
    mailbox.post([&] { mailbox.post([&] { ++ran; }); });
    reactor.turn(0ms);
    EXPECT_EQ(ran, 0);
    reactor.turn(0ms);
    EXPECT_EQ(ran, 1);
}

TEST(Mailbox, LosesNothingThatManyThreadsPost) {
    constexpr int kThreads = 4;
    constexpr int kMessages = 2'000;
    Reactor reactor;
    Mailbox mailbox{reactor};
    int ran = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < kMessages; ++n) {
                mailbox.post([&] { ++ran; });
            }
        });
    }
    while (ran < kThreads * kMessages) {
        reactor.turn(1s);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(ran, kThreads * kMessages);
}

}  // namespace
}  // namespace portcullis::stream
