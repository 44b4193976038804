#include "base/task.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis {
namespace {

// Something to wait for: suspends whoever awaits it until fire().
struct Event {
    std::coroutine_handle<> waiter = nullptr;

    bool await_ready() const { return false; }

    void await_suspend(std::coroutine_handle<> handle) { waiter = handle; }

    void await_resume() const {}

    void fire() { std::exchange(waiter, nullptr).resume(); }
};

Task<int> ready(int value) {
    co_return value;
}

Task<int> after(Event& event, int value) {
    co_await event;
    co_return value;
}

Task<> sum(Event& event, int& total) {
    total += co_await ready(1);
    total += co_await after(event, 10);
}

TEST(Task, RunsToItsFirstWaitBeforeTheCallReturns) {
    Event event;
    int total = 0;
    const Task<> task = sum(event, total);
    EXPECT_EQ(total, 1);
    EXPECT_FALSE(task.done());
    event.fire();
    EXPECT_EQ(total, 11);
    EXPECT_TRUE(task.done());
}

TEST(Task, MayRunBesideItsCallerAndBeAwaitedLater) {
    Event first;
    Event second;
    std::string order;
    auto run = [](Event& slow, Event& quick, std::string& log) -> Task<> {
        Task<int> beside = after(slow, 1);
        log += 'a';
        co_await after(quick, 2);
        log += 'b';
        co_await std::move(beside);
        log += 'c';
    };
    const Task<> task = run(first, second, order);
    first.fire();
    EXPECT_EQ(order, "a");
    second.fire();
    EXPECT_EQ(order, "abc");
}

TEST(Task, ReadyWorkInALoopDoesNotGrowTheStack) {
    auto loop = []() -> Task<long> {
        long total = 0;
        for (int i = 0; i < 1'000'000; ++i) {
            total += co_await ready(1);
        }
        co_return total;
    };
    auto outer = [&](long& total) -> Task<> { total = co_await loop(); };
    long total = 0;
    const Task<> task = outer(total);
    EXPECT_EQ(total, 1'000'000);
}

TEST(Task, DetachedFreesItselfAtItsEndAndUnfinishedWithItsOwner) {
    Event event;
    int total = 0;
    spawn(sum(event, total));
    event.fire();
    EXPECT_EQ(total, 11);
    Event never;
    { const Task<int> dropped = after(never, 1); }  // LeakSanitizer is the judge
}

}  // namespace
}  // namespace portcullis
