// Sees a worker that does not turn its loop any more, whatever holds it: an endless loop, a call
// that blocks, a deadlock. It says so in the log once for each stall, with the worker's stack, and
// counts it; it ends nothing, because a worker that is only slow goes on by itself.
#pragma once

#include "proxy/stream/loop.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <pthread.h>
#include <thread>
#include <vector>

namespace portcullis::worker {

// Whether a loop stands still, from how often it has turned. A value; told at every look.
class StallWatch {
  public:
    // True once for each stall: the number has been the same for looks_max looks.
    bool note(std::uint64_t turns, unsigned looks_max);

  private:
    std::uint64_t turns_ = stream::Loop::kNotBegun;
    unsigned same_ = 0;
};

class Watchdog {
  public:
    // Looks are counted, not seconds: a process or a machine that was suspended has not stalled.
    static constexpr std::chrono::seconds kInterval{1};
    static constexpr unsigned kLooksMax = 5;

    Watchdog();
    ~Watchdog();  // before the threads are joined
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Before start(). Both must outlive the watchdog.
    void watch(const stream::Loop& loop, pthread_t thread) { watched_.push_back({loop, thread}); }

    void start();
    // One look at all of them; what the watchdog's thread does at each interval.
    void look();

    // Any thread: how many stalls there were.
    [[nodiscard]] std::uint64_t stalls() const { return stalls_.load(std::memory_order_relaxed); }

  private:
    struct Watched {
        const stream::Loop& loop;
        pthread_t thread;
        StallWatch stall = {};
    };

    void run();
    void report(std::size_t index);

    std::vector<Watched> watched_;
    std::atomic<std::uint64_t> stalls_{0};
    std::mutex mutex_;
    std::condition_variable stopping_;
    bool stopped_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace portcullis::worker
