// Whether the process has memory for new work: what it holds, what it may, and what follows.
//
//   enough --nine tenths--> tight --all--> full
//   full --under nine tenths--> tight --under eight tenths--> enough
//
// tight: new requests are refused, what is under way goes on. full: new connections are, too.
// Checks of endpoints, the admin socket and what is under way go on in any case.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace portcullis::limit {

enum class Pressure : std::uint8_t { enough, tight, full };

// What follows from what is held. Bytes.
Pressure next(Pressure now, std::size_t held, std::size_t max);

// Whether memory should be given back although there is plenty. held: resident; quiet: the least
// that was resident since memory was given back last, 0 when nothing is known; unused: what the
// allocator keeps for later, asked only when the rest is so, for the allocator stands still
// meanwhile. An allocator keeps what was freed, so that after an attack a process
// would stay as large as it was then.
bool is_slack(std::size_t held, std::size_t quiet, const std::function<std::size_t()>& unused);

class Memory {
  public:
    // One thread, a few times a second. What is free is given back to the kernel before it is
    // called held, but that takes its time with a large heap, and happens once in a while: when
    // memory is tight, and when much of what has come since the last time is free again.
    void look(std::size_t max);

    // Any thread.
    [[nodiscard]] Pressure pressure() const { return pressure_.load(std::memory_order_relaxed); }

    // Bytes resident when it was looked last.
    [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }

  private:
    using Clock = std::chrono::steady_clock;

    bool trim();

    std::optional<Clock::time_point> trimmed_;
    std::size_t quiet_ = 0;  // least that was resident since it was given back last
    std::atomic<Pressure> pressure_{Pressure::enough};
    std::atomic<std::size_t> held_{0};
};

// Bytes that the process has resident (/proc/self/statm); 0 when that cannot be read.
std::size_t resident();

// limits.memory, or for auto three quarters of what the machine has, or the cgroup (v2) and those
// above it allow.
std::size_t memory_max(std::size_t configured);

}  // namespace portcullis::limit
