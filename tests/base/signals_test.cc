#include "base/signals.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <atomic>
#include <signal.h>
#include <thread>
#include <unistd.h>

namespace portcullis {
namespace {

std::atomic<int> delivered = 0;

void count(int) {
    ++delivered;
}

// In a process of its own, because a signal that is not held ends it.
TEST(HoldSignals, KeepsASignalUntilItsHandlerIsThere) {
    const pid_t child = ::fork();
    if (child == 0) {
        hold_signals({SIGHUP, SIGUSR1});
        ::kill(::getpid(), SIGHUP);
        ::kill(::getpid(), SIGUSR1);
        ::signal(SIGHUP, count);
        ::signal(SIGUSR1, count);
        const bool held = delivered == 0;
        release_signals({SIGHUP, SIGUSR1});
        ::_exit(held && delivered == 2 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(HoldSignals, HoldsInThreadsThatAreStartedLater) {
    hold_signals({SIGUSR2});
    bool blocked = false;
    std::thread{[&] {
        sigset_t mask;
        ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        blocked = sigismember(&mask, SIGUSR2) == 1;
    }}.join();
    release_signals({SIGUSR2});
    EXPECT_TRUE(blocked);
}

TEST(IgnoreSignals, LeavesThemWithoutEffect) {
    const pid_t child = ::fork();
    if (child == 0) {
        ignore_signals({SIGTERM, SIGUSR1});
        ::kill(::getpid(), SIGTERM);
        ::kill(::getpid(), SIGUSR1);
        ::_exit(0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace portcullis
