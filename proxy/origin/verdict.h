// What Docker's resolver has said of an endpoint, and when.
#pragma once

#include "proxy/origin/admission.h"

#include <chrono>

namespace portcullis::origin {

// A container needs longer than this to start, so that nobody else answers at the address yet.
constexpr auto kVerdictLives = std::chrono::milliseconds{250};

struct Verdict {
    using Clock = std::chrono::steady_clock;

    ResolverWord word = ResolverWord::silent;
    Clock::time_point at = Clock::time_point::min();

    [[nodiscard]] bool holds(Clock::time_point now) const {
        return at != Clock::time_point::min() && now - at < kVerdictLives;
    }
};

}  // namespace portcullis::origin
