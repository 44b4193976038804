#include "proxy/origin/retry_budget.h"

#include <algorithm>

namespace portcullis::origin {

bool RetryBudget::take(const RetryBudgetConfig& config, Clock::time_point now) {
    Second& current = at(now);
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    for (const Second& second : seconds_) {
        requests += second.requests;
        retries += second.retries;
    }
    const bool allowed =
        retries * 100 < requests * config.share || retries < config.least * kSeconds;
    current.retries += allowed ? 1 : 0;
    return allowed;
}

RetryBudget::Second& RetryBudget::at(Clock::time_point now) {
    constexpr auto kAll = static_cast<std::int64_t>(kSeconds);
    const std::int64_t second =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    for (latest_ = std::max(latest_, second - kAll); latest_ < second;) {
        ++latest_;
        seconds_[static_cast<std::size_t>(latest_ % kAll)] = {};
    }
    return seconds_[static_cast<std::size_t>(latest_ % kAll)];
}

}  // namespace portcullis::origin
