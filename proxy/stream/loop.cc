#include "proxy/stream/loop.h"

namespace portcullis::stream {

// The wheel is told the time before each turn, so it is never wrong by more than one turn takes;
// and at once, because whoever sets the first deadline may do so long after the loop was made.
void Loop::run(void (*on_tick)(void*), void* context) {
    auto last_tick = elapsed() / Wheel::kTick;
    while (!stopped_) {
        const auto now = elapsed();
        wheel_.advance(now);
        if (const auto tick = now / Wheel::kTick; tick != last_tick) {
            last_tick = tick;
            if (on_tick != nullptr) {
                on_tick(context);
            }
            if (stopped_) {
                break;
            }
        }
        run_deferred();
        if (stopped_) {
            break;
        }
        reactor_.turn((last_tick + 1) * Wheel::kTick - now);
    }
}

void Loop::run_deferred() {
    while (!deferred_.empty()) {
        Deferred& next = deferred_.front();
        deferred_.pop_front();
        next.on_turn_end();
    }
}

std::chrono::milliseconds Loop::elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start_);
}

}  // namespace portcullis::stream
