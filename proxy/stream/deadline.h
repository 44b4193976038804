// A point in time that a wait, or many waits for one message, must be over by. It is measured on
// the loop's clock (Loop::now()), which the wheel that ends waits goes by, too: what the wheel has
// ended has passed for whoever looks, so that no loop can find time left where there is none to
// wait.
//
// A duration says how long one wait may last. Whoever waits several times for one thing makes a
// deadline first: a duration would begin anew with every byte that a peer cares to send.
#pragma once

#include "config/types/duration.h"

#include <chrono>

namespace portcullis::stream {

constexpr Duration kForever = Duration::max();

class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    static constexpr Deadline never() { return Deadline{Clock::time_point::max()}; }

    constexpr explicit Deadline(Clock::time_point when) : when_{when} {}

    [[nodiscard]] constexpr bool is_never() const { return when_ == Clock::time_point::max(); }

    [[nodiscard]] constexpr bool passed(Clock::time_point now) const { return when_ <= now; }

    // kForever when there is no end; zero once it has passed.
    [[nodiscard]] constexpr Duration left(Clock::time_point now) const {
        if (is_never()) {
            return kForever;
        }
        // Rounded up: a wait for what is left must not end before the deadline.
        return passed(now) ? Duration::zero() : std::chrono::ceil<Duration>(when_ - now);
    }

    friend constexpr bool operator==(const Deadline&, const Deadline&) = default;
    friend constexpr auto operator<=>(const Deadline&, const Deadline&) = default;

  private:
    Clock::time_point when_;
};

}  // namespace portcullis::stream
