// A coroutine waits for word from another one, with a deadline. One waiter at a time.
#pragma once

#include "base/check.h"
#include "proxy/stream/socket.h"

#include <coroutine>
#include <utility>

namespace portcullis::stream {

class Signal final : public Timed {
  public:
    explicit Signal(Loop& loop) : loop_{loop} {}

    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // co_await signal.wait(5s) → Wake. Without time left it is a timeout, after the loop's other
    // sockets had their turn (socket.h says why).
    auto wait(Duration timeout) {
        struct Awaiter {
            Signal& signal;
            Duration timeout;

            bool await_ready() const { return false; }

            void await_suspend(std::coroutine_handle<> waiting) const {
                signal.begin(waiting, timeout);
            }

            Wake await_resume() const { return signal.how_; }
        };

        return Awaiter{*this, timeout};
    }

    auto wait(Deadline deadline) { return wait(loop_.left(deadline)); }

    [[nodiscard]] bool awaited() const { return static_cast<bool>(waiting_); }

    // Gives the pending wait, if there is one, a new deadline.
    void restart_deadline(Deadline deadline) { restart_deadline(loop_.left(deadline)); }

    void restart_deadline(Duration timeout) {
        drop_deadline();
        expired_ = timeout <= Duration::zero();
        if (waiting_ && timeout != kForever) {
            loop_.wheel().set(*this, timeout);
        }
    }

    // Ends the pending wait, if there is one: its coroutine goes on before this returns, and may
    // destroy the signal.
    void wake(Wake how) {
        if (!waiting_) {
            return;
        }
        drop_deadline();
        how_ = expired_ && how == Wake::ready ? Wake::timeout : how;
        std::exchange(waiting_, nullptr).resume();
    }

  private:
    void begin(std::coroutine_handle<> waiting, Duration timeout) {
        CHECK(!waiting_ && "one waiter at a time");
        waiting_ = waiting;
        restart_deadline(timeout);
    }

    void on_deadline() noexcept override { wake(Wake::timeout); }

    Loop& loop_;
    std::coroutine_handle<> waiting_;  // null: nobody waits
    Wake how_ = Wake::ready;
    bool expired_ = false;  // the pending wait had no time left when it was told so
};

}  // namespace portcullis::stream
