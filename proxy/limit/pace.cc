#include "proxy/limit/pace.h"

#include <algorithm>

namespace portcullis::limit {

Duration Pace::patience(Duration timeout) const {
    return std::max(Duration::zero(), timeout - debt_);
}

void Pace::note(Duration waited, std::size_t bytes) {
    if (bytes_per_second_ != 0) {
        const Duration worth{bytes * 1'000 / bytes_per_second_};
        debt_ = std::max(Duration::zero(), debt_ + waited - worth);
    }
}

}  // namespace portcullis::limit
