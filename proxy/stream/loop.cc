#include "proxy/stream/loop.h"

namespace portcullis::stream {

Loop::Loop() = default;

void Loop::run(void (*on_tick)(void*), void* context) {
    on_tick_ = on_tick;
    on_tick_context_ = context;
    schedule_tick();
    io_.run();
}

void Loop::schedule_tick() {
    // At the wheel's own ticks, not one after the last: the wheel takes the time that it was told
    // for less than one tick old.
    const auto passed = (std::chrono::steady_clock::now() - start_) / Wheel::kTick;
    tick_.expires_at(start_ + (passed + 1) * Wheel::kTick);
    tick_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        wheel_.advance(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start_));
        if (on_tick_ != nullptr) {
            on_tick_(on_tick_context_);
        }
        schedule_tick();
    });
}

}  // namespace portcullis::stream
