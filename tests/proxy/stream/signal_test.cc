#include "proxy/stream/signal.h"

#include "base/task.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;

Task<> wait(Signal& signal, Duration timeout, std::optional<Wake>& how) {
    how = co_await signal.wait(timeout);
}

TEST(Signal, EndsAWaitAndNothingElse) {
    Loop loop;
    Signal signal{loop};
    signal.wake(Wake::ready);  // nobody waits: it is not remembered
    std::optional<Wake> how;
    const Task<> waiting = wait(signal, kForever, how);
    EXPECT_TRUE(signal.awaited());
    EXPECT_FALSE(how);
    signal.wake(Wake::cancelled);
    EXPECT_EQ(how, Wake::cancelled);
    EXPECT_FALSE(signal.awaited());
}

TEST(Signal, HasADeadlineThatCanBeMoved) {
    Loop loop;
    Signal signal{loop};
    std::optional<Wake> how;
    const Task<> waiting = wait(signal, 100ms, how);
    signal.restart_deadline(1s);
    loop.wheel().advance(500ms);
    EXPECT_FALSE(how);
    loop.wheel().advance(2s);
    EXPECT_EQ(how, Wake::timeout);
}

// Not at once: whoever goes on waiting all the same must not hold the loop.
TEST(Signal, AnExpiredWaitEndsAtTheNextTurn) {
    Loop loop;
    Signal signal{loop};
    std::optional<Wake> how;
    const Task<> waiting = wait(signal, 0ms, how);
    EXPECT_FALSE(how);
    loop.wheel().advance(loop.wheel().elapsed());
    EXPECT_EQ(how, Wake::timeout);
}

}  // namespace
}  // namespace portcullis::stream
