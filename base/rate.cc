#include "base/rate.h"

#include <algorithm>
#include <limits>

namespace portcullis {

using Nanoseconds = std::chrono::nanoseconds;

Rate::Step Rate::take(std::int64_t full_at, Clock::time_point now) const {
    const std::int64_t at = std::chrono::duration_cast<Nanoseconds>(now.time_since_epoch()).count();
    const std::int64_t all = whole();
    const std::int64_t then = std::max(full_at, at) + each();
    const auto left_at = [&](std::int64_t full) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(0, all - (full - at)) / each());
    };
    if (then - at <= all) {
        return {{true, left_at(then), Nanoseconds{then - at}, {}}, then};
    }
    return {{false, left_at(full_at), Nanoseconds{full_at - at}, Nanoseconds{then - at - all}},
            full_at};
}

std::int64_t Rate::each() const {
    const std::int64_t all = std::chrono::duration_cast<Nanoseconds>(per).count();
    return std::max<std::int64_t>(1, all / static_cast<std::int64_t>(count));
}

std::int64_t Rate::whole() const {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() / 4 / each();
    return each() * std::min(most, static_cast<std::int64_t>(burst));
}

}  // namespace portcullis
