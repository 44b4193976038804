// How long requests take at an endpoint, as the peak of an exponentially weighted moving average: a
// slow answer counts at once, and is forgotten slowly. Pure: the caller tells the time.
//
//   nothing known --an answer--> its time
//   known --a slower answer--> its time
//   known --a faster answer--> nearer to it, by as much as time has passed since the last one
#pragma once

#include <chrono>

namespace portcullis::origin {

class Ewma {
  public:
    using Clock = std::chrono::steady_clock;

    // After this without answers a time counts for 1/e of what it was, so that an endpoint that was
    // slow once is tried again.
    static constexpr std::chrono::seconds kMemory{10};

    void note(std::chrono::microseconds latency, Clock::time_point now);

    // In seconds; 0 exactly when nothing is known.
    [[nodiscard]] double value(Clock::time_point now) const;

  private:
    double seconds_ = 0;
    Clock::time_point noted_{};
};

}  // namespace portcullis::origin
