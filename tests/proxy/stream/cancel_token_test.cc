#include "proxy/stream/cancel_token.h"

#include "base/task.h"
#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::stream {
namespace {

template <class What>
Task<> wait(CancelToken* token, What& what, std::optional<Wake>& how) {
    const CancelToken::Wait named{token, what};
    if constexpr (std::same_as<What, Signal>) {
        how = co_await what.wait(kForever);
    } else {
        how = co_await what.readable(kForever);
    }
}

TEST(CancelToken, EndsTheWaitOfTheMoment) {
    Loop loop;
    Signal first{loop};
    Signal second{loop};
    CancelToken token;
    std::optional<Wake> how;
    const Task<> waiting = wait(&token, first, how);
    first.wake(Wake::ready);
    EXPECT_EQ(how, Wake::ready);
    how.reset();
    const Task<> again = wait(&token, second, how);
    EXPECT_FALSE(CancelToken::is_cancelled(&token));
    token.cancel();
    EXPECT_EQ(how, Wake::cancelled);
    EXPECT_TRUE(CancelToken::is_cancelled(&token));
}

TEST(CancelToken, EndsASocketsWaitsBeforeTheyBeginOnceItIsCancelled) {
    Loop loop;
    test::LocalPair pair;
    Socket socket{loop, std::move(pair.ours)};
    CancelToken token;
    std::optional<Wake> how;
    {
        const Task<> waiting = wait(&token, socket, how);
        token.cancel();
        EXPECT_EQ(how, Wake::cancelled);
    }
    test::LocalPair other;
    Socket later{loop, std::move(other.ours)};
    how.reset();
    const Task<> waiting = wait(&token, later, how);
    EXPECT_EQ(how, Wake::cancelled);
}

TEST(CancelToken, WithoutOneNobodyIsCalledOff) {
    Loop loop;
    Signal signal{loop};
    std::optional<Wake> how;
    const Task<> waiting = wait(nullptr, signal, how);
    EXPECT_FALSE(CancelToken::is_cancelled(nullptr));
    EXPECT_FALSE(how);
    signal.wake(Wake::ready);
    EXPECT_EQ(how, Wake::ready);
}

}  // namespace
}  // namespace portcullis::stream
