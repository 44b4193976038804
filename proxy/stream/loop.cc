#include "proxy/stream/loop.h"

namespace portcullis::stream {

// The wheel is told the time before each turn, so it is never wrong by more than one turn takes;
// and at once, because whoever sets the first deadline may do so long after the loop was made.
void Loop::run(void (*on_tick)(void*), void* context) {
    auto last_tick = elapsed() / Wheel::kTick;
    while (!stopped_) {
        turns_.store(turns() + 1, std::memory_order_relaxed);  // there is one writer
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
        using std::chrono::milliseconds;
        const milliseconds to_tick = (last_tick + 1) * Wheel::kTick - now;
        turn_reactor(wheel_.has_overdue() ? milliseconds::zero() : to_tick);
    }
    turns_.store(kEnded, std::memory_order_relaxed);
}

// More than one batch, because those who have had their share of a turn (turn_budget.h) go on after
// it, however many they are: whoever has become ready must not wait for several such turns.
void Loop::turn_reactor(std::chrono::milliseconds wait_max) {
    constexpr int kBatchesMax = 16;
    std::size_t told = reactor_.turn(wait_max);
    for (int batch = 1; told == Reactor::kBatch && batch < kBatchesMax && !stopped_; ++batch) {
        told = reactor_.turn(std::chrono::milliseconds::zero());
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
