// What Docker's resolver has said of an endpoint, and when.
#pragma once

#include "proxy/origin/admission.h"

#include <chrono>

namespace portcullis::origin {

// A container needs longer than this to start, so that nobody else answers at the address yet.
constexpr auto kVerdictLives = std::chrono::milliseconds{250};
// What is not known for want of an answer takes half a second to ask for (dns/ask.h).
constexpr auto kSilenceLives = std::chrono::seconds{1};

struct Verdict {
    using Clock = std::chrono::steady_clock;

    ResolverWord word = ResolverWord::silent;
    Clock::time_point at = Clock::time_point::min();

    [[nodiscard]] bool holds(Clock::time_point now) const {
        const std::chrono::milliseconds lives =
            word == ResolverWord::silent ? kSilenceLives : kVerdictLives;
        return at != Clock::time_point::min() && now - at < lives;
    }
};

}  // namespace portcullis::origin
