// How many requests of a service may be sent once more: a share of those that came, so that a
// service in trouble is not given the rest by those who try again. Pure: the caller tells the time.
//
// It looks back over ten seconds. A retry is allowed while there were fewer of them than the share
// of the requests, or fewer than so many a second.
#pragma once

#include "config/service_model.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace portcullis::origin {

class RetryBudget {
  public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::size_t kSeconds = 10;

    void note_request(Clock::time_point now) { ++at(now).requests; }

    // True: it is taken.
    bool take(const RetryBudgetConfig& config, Clock::time_point now);

  private:
    struct Second {
        std::uint64_t requests = 0;
        std::uint64_t retries = 0;
    };

    Second& at(Clock::time_point now);

    std::array<Second, kSeconds> seconds_{};
    std::int64_t latest_ = 0;  // second of the clock; the array holds it and those before it
};

}  // namespace portcullis::origin
