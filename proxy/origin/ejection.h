// Whether an endpoint is left out for a while because of how it did at what it was asked. Pure: the
// caller tells what happened and what time it is, and whether others may stand in (fleet.h).
//
//   serving --consecutive_faults in a row--------------> ejected
//   serving --too few successes in an interval---------> ejected
//   serving --too slow in an interval, beside others---> ejected
//   ejected --time is over (as often longer as it has been ejected of late)--> serving
//   serving --an interval goes by--> forgiven one ejection
#pragma once

#include "config/service_model.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace portcullis::origin {

// How a try at an endpoint has ended.
struct Outcome {
    bool fault = false;  // it was not reached, or gave no answer that could be used
    int status = 0;      // of the answer; without fault
    std::chrono::microseconds latency{};
};

class Ejection {
  public:
    using Clock = std::chrono::steady_clock;

    enum class Why : std::uint8_t { none, consecutive_faults, success_rate, latency };

    // What an interval has shown.
    struct Interval {
        std::size_t outcomes = 0;
        std::size_t failures = 0;             // faults, and answers of 500 and more
        std::chrono::microseconds latency{};  // of the others, in sum
    };

    // Why it should be ejected now, if it should.
    [[nodiscard]] Why note(const Outcome& outcome, const EjectionConfig& config);

    // Out, from now on.
    void eject(const EjectionConfig& config, Clock::time_point now);

    // It should have been, but nobody could stand in: begins to count anew.
    void spare() { faults_in_a_row_ = 0; }

    [[nodiscard]] bool ejected(Clock::time_point now) const { return now < until_; }

    // When it came back, or will; the clock's beginning when it was never out.
    [[nodiscard]] Clock::time_point until() const { return until_; }

    // The interval is over.
    Interval take_interval(Clock::time_point now);

  private:
    std::size_t faults_in_a_row_ = 0;
    std::size_t times_ = 0;  // ejected of late
    Clock::time_point until_{};
    Interval interval_;
};

// Which of these should be ejected for what the interval has shown. One with too few outcomes is
// neither judged nor compared with.
std::vector<Ejection::Why> judge(std::span<const Ejection::Interval> intervals,
                                 const EjectionConfig& config);

}  // namespace portcullis::origin
