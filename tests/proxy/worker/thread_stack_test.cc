#include "proxy/worker/thread_stack.h"

#include <gtest/gtest.h>

#include <latch>
#include <signal.h>
#include <thread>

namespace portcullis::worker {
namespace {

using namespace std::chrono_literals;

TEST(ThreadStack, TellsWhereAThreadIs) {
    prepare_thread_stacks();
    std::latch begun{1};
    std::latch over{1};
    std::thread other{[&] {
        accept_stack_signal();
        begun.count_down();
        over.wait();
    }};
    begun.wait();
    const ThreadStack stack = stack_of(other.native_handle(), 60s);
    EXPECT_GT(stack.used().size(), 2U);
    over.count_down();
    other.join();
}

// As one that is stopped in the kernel: the signal is never handled.
TEST(ThreadStack, IsEmptyForAThreadThatDoesNotAnswer) {
    prepare_thread_stacks();
    std::latch begun{1};
    std::latch over{1};
    std::thread other{[&] {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        begun.count_down();
        over.wait();
    }};
    begun.wait();
    EXPECT_EQ(stack_of(other.native_handle(), 1ms).count, 0U);
    over.count_down();
    other.join();
}

}  // namespace
}  // namespace portcullis::worker
