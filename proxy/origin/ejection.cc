#include "proxy/origin/ejection.h"

#include <algorithm>
#include <optional>

namespace portcullis::origin {
namespace {

using Interval = Ejection::Interval;
using Why = Ejection::Why;

// Among fast answers a factor says nothing.
constexpr double kSlowMicroseconds = 10'000;

bool has_enough(const Interval& interval, const EjectionConfig& config) {
    return interval.outcomes >= config.requests_min;
}

// In microseconds; none when nothing succeeded.
std::optional<double> mean_latency(const Interval& interval) {
    const std::size_t successes = interval.outcomes - interval.failures;
    if (successes == 0) {
        return std::nullopt;
    }
    return static_cast<double>(interval.latency.count()) / static_cast<double>(successes);
}

bool succeeds_too_rarely(const Interval& interval, const EjectionConfig& config) {
    return (interval.outcomes - interval.failures) * 100 < interval.outcomes * config.success_min;
}

// The median of the others', the lower one of two.
std::optional<double> usual_latency(std::span<const Interval> intervals, std::size_t without,
                                    const EjectionConfig& config) {
    std::vector<double> means;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        const auto mean = mean_latency(intervals[i]);
        if (i != without && mean && has_enough(intervals[i], config)) {
            means.push_back(*mean);
        }
    }
    if (means.empty()) {
        return std::nullopt;
    }
    const auto middle = means.begin() + static_cast<std::ptrdiff_t>((means.size() - 1) / 2);
    std::nth_element(means.begin(), middle, means.end());
    return *middle;
}

bool is_too_slow(std::span<const Interval> intervals, std::size_t which,
                 const EjectionConfig& config) {
    const auto mean = mean_latency(intervals[which]);
    const auto usual = usual_latency(intervals, which, config);
    return config.latency_max > 0 && mean && usual && *mean > kSlowMicroseconds &&
           *mean * 100 > *usual * static_cast<double>(config.latency_max);
}

}  // namespace

Why Ejection::note(const Outcome& outcome, const EjectionConfig& config) {
    const bool failed = outcome.fault || outcome.status >= 500;
    ++interval_.outcomes;
    interval_.failures += failed ? 1 : 0;
    interval_.latency += failed ? std::chrono::microseconds{} : outcome.latency;
    faults_in_a_row_ = outcome.fault ? faults_in_a_row_ + 1 : 0;
    const bool enough =
        config.consecutive_faults > 0 && faults_in_a_row_ >= config.consecutive_faults;
    return enough ? Why::consecutive_faults : Why::none;
}

void Ejection::eject(const EjectionConfig& config, Clock::time_point now) {
    ++times_;
    const auto factor = static_cast<Duration::rep>(std::min<std::size_t>(times_, 1'000));
    until_ = now + std::min(config.time * factor, std::max(config.time, config.time_max));
    faults_in_a_row_ = 0;
    interval_ = {};
}

Interval Ejection::take_interval(Clock::time_point now) {
    if (times_ > 0 && !ejected(now)) {
        --times_;
    }
    const Interval taken = interval_;
    interval_ = {};
    return taken;
}

std::vector<Why> judge(std::span<const Interval> intervals, const EjectionConfig& config) {
    std::vector<Why> verdicts(intervals.size(), Why::none);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        if (!has_enough(intervals[i], config)) {
            continue;
        }
        if (succeeds_too_rarely(intervals[i], config)) {
            verdicts[i] = Why::success_rate;
        } else if (is_too_slow(intervals, i, config)) {
            verdicts[i] = Why::latency;
        }
    }
    return verdicts;
}

}  // namespace portcullis::origin
