#include "base/budget.h"

namespace portcullis {

bool Budget::spend(Clock::time_point now) {
    const Rate::Step step = rate_.take(full_at_, now);
    full_at_ = step.full_at;
    return step.taken.allowed;
}

void Budget::earn(std::size_t count) {
    full_at_ -= static_cast<std::int64_t>(count) * rate_.each();
}

}  // namespace portcullis
