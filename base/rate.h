// How often something may be done, by the generic cell rate algorithm (ITU-T I.371): a bucket of
// tokens as one number, the time at which it will be full again. That a bucket is one number lets
// threads share it without a lock.
#pragma once

#include <chrono>
#include <cstdint>

namespace portcullis {

struct Rate {
    using Clock = std::chrono::steady_clock;

    // A second's worth of many, and ten seconds' worth at once: browsers come in bursts.
    static Rate per_second(std::uint64_t count) {
        return {count, std::chrono::seconds{1}, 10 * count};
    }

    // A minute's worth, all at once if need be.
    static Rate per_minute(std::uint64_t count) { return {count, std::chrono::minutes{1}, count}; }

    struct Taken {
        bool allowed = true;
        std::uint64_t left = 0;      // that may be done at once after this one
        Clock::duration full_in{};   // until the whole burst is there again
        Clock::duration again_in{};  // until one more is allowed; zero when allowed
    };

    struct Step {
        Taken taken;
        std::int64_t full_at = 0;
    };

    // What becomes of a bucket when one more is asked for. Whoever is refused loses nothing.
    // full_at: nanoseconds of the clock; what is in the past is a full bucket.
    [[nodiscard]] Step take(std::int64_t full_at, Clock::time_point now) const;
    // Nanoseconds that one takes to come back.
    [[nodiscard]] std::int64_t each() const;
    // ... and that the whole burst takes, 70 years at most.
    [[nodiscard]] std::int64_t whole() const;

    std::uint64_t count = 1;  // so many, at least 1
    Clock::duration per = std::chrono::seconds{1};
    std::uint64_t burst = 1;  // so many at once, after a pause; at least 1
};

}  // namespace portcullis
