// When the swarm does not answer: what is said of it, and when. A pure machine: the first failure
// and the first good answer after it are worth a sentence each; so is what is known once it is old,
// again after kAlarmAgain.
#pragma once

#include "config/types/duration.h"

#include <chrono>
#include <optional>
#include <string>

namespace portcullis::swarm {

constexpr auto kAlarmAgain = std::chrono::minutes{10};

struct Said {
    enum class Level : std::uint8_t { info, warning, error };
    Level level = Level::info;
    std::string sentence;

    bool operator==(const Said&) const = default;
};

class Outage {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // now: what is known is so old at most.
    Outage(Duration stale_after, Time now) : stale_after_{stale_after}, good_{now} {}

    void use(Duration stale_after) { stale_after_ = stale_after; }

    std::optional<Said> on_failure(const std::string& why, Time now);
    std::optional<Said> on_good(Time now);

    // Since the last good answer.
    [[nodiscard]] std::chrono::seconds age(Time now) const;

    [[nodiscard]] bool stale(Time now) const { return now - good_ > stale_after_; }

    // Of the last failure; empty exactly while all is well.
    [[nodiscard]] const std::string& why() const { return why_; }

  private:
    Duration stale_after_;
    Time good_;
    std::string why_;
    std::optional<Time> alarmed_;  // non-empty from the first alarm to the next good answer
};

}  // namespace portcullis::swarm
