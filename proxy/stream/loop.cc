#include "proxy/stream/loop.h"

namespace portcullis::stream {

Loop::Loop() = default;

void Loop::run(void (*on_tick)(void*), void* context) {
    on_tick_ = on_tick;
    on_tick_context_ = context;
    keep_time();
    io_.run();
}

// At the wheel's own ticks, not one after the last call: the wheel takes the time that it was told
// for less than one tick old. So does whoever sets a deadline first, some time after the loop was
// made.
void Loop::keep_time() {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start_);
    wheel_.advance(elapsed);
    tick_.expires_at(start_ + (elapsed / Wheel::kTick + 1) * Wheel::kTick);
    tick_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        keep_time();
        if (on_tick_ != nullptr) {
            on_tick_(on_tick_context_);
        }
    });
}

}  // namespace portcullis::stream
