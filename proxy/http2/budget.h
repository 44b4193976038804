// What a peer may do that costs us something and gives it nothing: so much a minute, and no more.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace portcullis::http2 {

// Which budget was used up.
enum class Abuse : std::uint8_t {
    none,
    resets,  // streams reset by the peer, or by us for what it did (rapid reset, MadeYouReset)
    control_frames,  // SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty frames and unknown ones
    header_flood,    // header sections far beyond the limits, in fields or in CONTINUATION frames
};

// A bucket of one minute's allowance that fills up again over a minute.
class Budget {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Budget(std::size_t per_minute)
        : per_minute_{static_cast<double>(per_minute)}, left_{per_minute_} {}

    // False when there is none left.
    bool spend(Clock::time_point now);
    // So many more, once; never above a minute's allowance.
    void earn(std::size_t count);

  private:
    double per_minute_;
    double left_;
    Clock::time_point filled_{};  // when left_ was last brought up to date; the epoch: never
};

}  // namespace portcullis::http2
