// A point in time, as the clocks of one machine say it, for others that may be on the same machine
// or not: how long ago it was.
#pragma once

#include "config/types/duration.h"

#include <cstdint>
#include <string>

namespace portcullis::swarm {

struct Moment {
    std::uint64_t wall = 0;        // milliseconds since 1970
    std::string boot;              // the id of the machine's boot; empty: not known
    std::uint64_t since_boot = 0;  // milliseconds, those in which it was suspended included

    bool operator==(const Moment&) const = default;
};

// An age that cannot be told: older than any limit.
constexpr Duration kAgeUnknown = Duration::max();
// Clocks of two machines may differ so much.
constexpr Duration kSkewMax = std::chrono::seconds{1};

// CLOCK_REALTIME and CLOCK_BOOTTIME; the latter is not stepped by anybody.
Moment moment_now();

// Pure. Within one boot by its clock, which nobody sets; else by the wall's. A moment that lies in
// the future by more than kSkewMax has an unknown age: one of the clocks was set.
Duration age(const Moment& then, const Moment& now);

}  // namespace portcullis::swarm
