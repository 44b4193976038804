#include "proxy/worker/watchdog.h"

#include "base/log.h"
#include "proxy/worker/thread_stack.h"

#include <signal.h>
#include <string>
#include <unistd.h>

namespace portcullis::worker {
namespace {

constexpr std::chrono::milliseconds kPatience{1'000};

}  // namespace

bool StallWatch::note(std::uint64_t turns, unsigned looks_max) {
    const bool runs = turns != stream::Loop::kNotBegun && turns != stream::Loop::kEnded;
    if (turns != turns_ || !runs) {
        turns_ = turns;
        same_ = 0;
        return false;
    }
    // Counted no further than past the one look that tells: this stall has been told then.
    same_ += same_ <= looks_max ? 1 : 0;
    return same_ == looks_max;
}

Watchdog::Watchdog() {
    prepare_thread_stacks();
}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
    }
    stopping_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Watchdog::start() {
    thread_ = std::thread{[this] { run(); }};
}

void Watchdog::run() {
    sigset_t all;  // signals are for the owner's thread
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    pthread_setname_np(pthread_self(), "watchdog");
    std::unique_lock lock{mutex_};
    while (!stopping_.wait_for(lock, kInterval, [this] { return stopped_; })) {
        look();
    }
}

void Watchdog::look() {
    for (std::size_t i = 0; i < watched_.size(); ++i) {
        if (watched_[i].stall.note(watched_[i].loop.turns(), kLooksMax)) {
            stalls_.fetch_add(1, std::memory_order_relaxed);
            report(i);
        }
    }
}

void Watchdog::report(std::size_t index) {
    const ThreadStack stack = stack_of(watched_[index].thread, kPatience);
    log_error("watchdog",
              "worker " + std::to_string(index) + " stalled: its loop has not turned for " +
                  std::to_string(kLooksMax * kInterval.count()) + " s, and its clients wait; " +
                  (stack.count > 0 ? "its stack follows, please report it"
                                   : "it does not tell its stack either") +
                  "; restart the proxy if this lasts");
    write_stack(STDERR_FILENO, stack);
}

}  // namespace portcullis::worker
