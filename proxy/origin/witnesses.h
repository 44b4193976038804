// How old the word of each witness is: of the snapshot, which says what tasks there are, and of
// Docker's resolver. Written by the thread that follows the snapshot and by workers, read by any.
//
// There is one for each content of the snapshot: whoever still serves an older one sees it grow
// old, whatever is known of the swarm elsewhere.
#pragma once

#include "config/types/duration.h"

#include <atomic>
#include <cstdint>
#include <ctime>

namespace portcullis::origin {

class Witnesses {
  public:
    Witnesses() = default;

    // Of the next content; nothing is known of its age.
    explicit Witnesses(const Witnesses& before)
        : resolver_{before.resolver_.load()}, vouched_{before.vouched_.load()} {}

    Witnesses& operator=(const Witnesses&) = delete;
    ~Witnesses() = default;

    // The snapshot in use was that old at this moment; Duration::max(): nobody knows.
    void note_snapshot(Duration age) {
        snapshot_ = age == Duration::max() ? kNever : now() - age.count();
    }

    void note_resolver() { resolver_ = now(); }

    // Duration::max(): there is none, or its age cannot be told.
    [[nodiscard]] Duration snapshot_age() const { return since(snapshot_); }

    // A connection may be used on the word of one of them.
    void note_vouched() { vouched_.store(true, std::memory_order_relaxed); }

    // Since the process began, for any connection.
    [[nodiscard]] bool have_vouched() const { return vouched_.load(std::memory_order_relaxed); }

    // Since it answered last.
    [[nodiscard]] Duration resolver_age() const { return since(resolver_); }

  private:
    static constexpr std::int64_t kNever = INT64_MIN;

    // Milliseconds; goes on while the machine is suspended, and nobody sets it.
    static std::int64_t now() {
        timespec time{};
        ::clock_gettime(CLOCK_BOOTTIME, &time);
        return time.tv_sec * std::int64_t{1'000} + time.tv_nsec / 1'000'000;
    }

    static Duration since(const std::atomic<std::int64_t>& then) {
        const std::int64_t at = then.load(std::memory_order_relaxed);
        return at == kNever ? Duration::max() : Duration{now() - at};
    }

    std::atomic<std::int64_t> snapshot_ = kNever;
    std::atomic<std::int64_t> resolver_ = kNever;
    std::atomic<bool> vouched_ = false;
};

}  // namespace portcullis::origin
