// co_await Sleep{loop, 50ms}: nothing but time. No time at all lets every other socket of the loop
// have its turn first.
#pragma once

#include "config/types/duration.h"
#include "proxy/stream/loop.h"

#include <coroutine>

namespace portcullis::stream {

class Sleep final : public Timed {
  public:
    Sleep(Loop& loop, Duration time) : loop_{loop}, time_{time} {}

    Sleep(const Sleep&) = delete;
    Sleep& operator=(const Sleep&) = delete;

    bool await_ready() const { return false; }

    void await_suspend(std::coroutine_handle<> sleeper) {
        sleeper_ = sleeper;
        loop_.wheel().set(*this, time_);
    }

    void await_resume() const {}

  private:
    void on_deadline() noexcept override { sleeper_.resume(); }

    Loop& loop_;
    Duration time_;
    std::coroutine_handle<> sleeper_;
};

}  // namespace portcullis::stream
