#include "proxy/http2/budget.h"

#include <algorithm>

namespace portcullis::http2 {
namespace {

constexpr double kSecondsPerMinute = 60;

}  // namespace

bool Budget::spend(Clock::time_point now) {
    if (filled_ != Clock::time_point{}) {
        const std::chrono::duration<double> passed = now - filled_;
        left_ = std::min(per_minute_, left_ + passed.count() * per_minute_ / kSecondsPerMinute);
    }
    filled_ = now;
    if (left_ < 1) {
        return false;
    }
    left_ -= 1;
    return true;
}

void Budget::earn(std::size_t count) {
    left_ = std::min(per_minute_, left_ + static_cast<double>(count));
}

}  // namespace portcullis::http2
