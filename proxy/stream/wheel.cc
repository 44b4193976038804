#include "proxy/stream/wheel.h"

namespace portcullis::stream {

void Wheel::set(Timed& timed, std::chrono::milliseconds from_now) noexcept {
    timed.drop_deadline();
    if (from_now <= std::chrono::milliseconds::zero()) {
        return overdue_.push_back(timed);
    }
    // One tick more than the quotient rounded up: the current tick may be nearly over.
    const auto ticks = static_cast<std::uint64_t>(from_now / kTick) +
                       (from_now % kTick == std::chrono::milliseconds::zero() ? 1 : 2);
    timed.due_ = now_ + ticks;
    slots_[timed.due_ % kSlots].push_back(timed);
}

void Wheel::advance(std::chrono::milliseconds elapsed) noexcept {
    const auto target = static_cast<std::uint64_t>(elapsed / kTick);
    ++turn_;
    elapsed_ = elapsed;
    // The time is moved on before anybody is called: what a callback sets counts from now.
    Slot due;
    due.splice(due.end(), overdue_);
    while (now_ < target) {
        ++now_;
        Slot& slot = slots_[now_ % kSlots];
        for (auto at = slot.begin(); at != slot.end();) {
            Timed& timed = *at++;
            if (timed.due_ <= now_) {
                timed.unlink();
                due.push_back(timed);
            }
        }
    }
    // Taken one by one from a list of their own: a callback may destroy or move any of the others.
    while (!due.empty()) {
        Timed& timed = due.front();
        timed.unlink();
        timed.on_deadline();
    }
}

}  // namespace portcullis::stream
