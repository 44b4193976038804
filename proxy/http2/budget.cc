#include "proxy/http2/budget.h"

#include <algorithm>
#include <array>

namespace portcullis::http2 {
namespace {

struct Row {
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<Row, kAbuses> kRows{{
    {"none", ""},
    {"resets", "Connections ended for streams reset beyond limits.http2_resets_per_minute"},
    {"control_frames",
     "Connections ended for frames beyond limits.http2_control_frames_per_minute"},
    {"header_flood", "Connections ended for header sections far beyond the limits"},
}};

constexpr double kSecondsPerMinute = 60;

}  // namespace

std::string_view name(Abuse abuse) {
    return kRows[static_cast<std::size_t>(abuse)].name;
}

std::string_view meaning(Abuse abuse) {
    return kRows[static_cast<std::size_t>(abuse)].meaning;
}

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
