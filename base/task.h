// A coroutine that starts at once and is awaited at most once.
//
// Eager on purpose: a callee that never has to wait has finished by the time co_await looks at it,
// so the common path (bytes are there, the socket takes them) suspends nothing, and a loop over
// ready work cannot grow the stack. Compared with asio::awaitable: no executor, no allocation
// besides the frame, and a waiting coroutine is one pointer in the thing it waits for
// (proxy/stream/socket.h).
//
//   Task<int> answer() { co_await something; co_return 42; }
//   int x = co_await answer();          // inside another Task
//   Task<> upload = pump(...);          // runs beside the caller ...
//   co_await std::move(upload);         // ... until it is awaited
//   spawn(serve(...));                  // nobody waits: the frame frees itself at its end
//   return Task<int>::of(42);           // in a plain function: the answer is known, and no frame
//   is made
//
// Give a co_await's result a name before it is part of a condition: g++ 12 evaluates the right side
// of "x && co_await y" even when x is false, and misplaces the frame's entry for some "if (co_await
// y == z)".
//
// A Task belongs to one thread. Destroying one that has not finished destroys its frame and what it
// awaits. An exception that leaves a Task is our bug and ends the process.
#pragma once

#include "base/check.h"
#include "base/frame_memory.h"

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace portcullis {

template <class T = void>
class Task;

namespace task_detail {

struct PromiseBase {
    std::coroutine_handle<> awaiter = nullptr;  // resumed at the end; null until someone awaits
    bool detached = false;                      // nobody will: the frame destroys itself at the end

    struct AtEnd {
        bool await_ready() noexcept { return false; }

        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
            PromiseBase& promise = self.promise();
            if (promise.detached) {
                self.destroy();
                return std::noop_coroutine();
            }
            return promise.awaiter ? promise.awaiter : std::noop_coroutine();
        }

        void await_resume() noexcept {}
    };

    static void* operator new(std::size_t size) { return take_frame(size); }

    static void operator delete(void* frame, std::size_t size) { give_frame(frame, size); }

    std::suspend_never initial_suspend() noexcept { return {}; }

    AtEnd final_suspend() noexcept { return {}; }

    void unhandled_exception() noexcept { std::terminate(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object() noexcept;

    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }

    T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object() noexcept;

    void return_void() noexcept {}

    void take() noexcept {}
};

// A result that is there without a frame; only small ones, so that a task stays small.
template <class T>
constexpr bool may_be_known = std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(void*);

template <>
inline constexpr bool may_be_known<void> = false;

struct Nothing {};

template <class T>
using Known = std::conditional_t<may_be_known<T>, std::optional<T>, Nothing>;

}  // namespace task_detail

template <class T>
class [[nodiscard]] Task {
    static constexpr bool kMayBeKnown = task_detail::may_be_known<T>;

  public:
    using promise_type = task_detail::Promise<T>;

    Task() = default;

    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_{frame} {}

    // One that has ended with that result already.
    template <class Result>

    requires kMayBeKnown static Task of(Result result) noexcept {
        Task task;
        task.known_ = result;
        return task;
    }

    Task(Task&& other) noexcept
        : frame_{std::exchange(other.frame_, nullptr)}, known_{other.known_} {}

    Task& operator=(Task&& other) noexcept {
        std::swap(frame_, other.frame_);
        std::swap(known_, other.known_);
        return *this;
    }

    ~Task() {
        if (frame_) {
            frame_.destroy();
        }
    }

    [[nodiscard]] bool done() const noexcept { return !frame_ || frame_.done(); }

    // Of one that is done, instead of awaiting it.
    T result() && {
        if constexpr (kMayBeKnown) {
            if (known_) {
                return *known_;
            }
        }
        return frame_.promise().take();
    }

    // From here on nobody may await it.
    void detach() && {
        const auto frame = std::exchange(frame_, nullptr);
        if (!frame) {
            return;
        }
        if (frame.done()) {
            frame.destroy();
        } else {
            frame.promise().detached = true;
        }
    }

    auto operator co_await() && noexcept {
        struct Awaiter {
            Task& task;

            bool await_ready() noexcept { return task.done(); }

            void await_suspend(std::coroutine_handle<> awaiter) noexcept {
                CHECK(!task.frame_.promise().awaiter && "a task has one awaiter");
                task.frame_.promise().awaiter = awaiter;
            }

            T await_resume() { return std::move(task).result(); }
        };

        return Awaiter{*this};
    }

  private:
    std::coroutine_handle<promise_type> frame_ = nullptr;
    [[no_unique_address]] task_detail::Known<T> known_ = {};  // then there is no frame
};

template <class T>
Task<T> task_detail::Promise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<Promise>::from_promise(*this)};
}

inline Task<void> task_detail::Promise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<Promise>::from_promise(*this)};
}

inline void spawn(Task<void> task) {
    std::move(task).detach();
}

}  // namespace portcullis
