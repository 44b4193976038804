#include "proxy/worker/thread_stack.h"

#include "base/check.h"

#include <atomic>
#include <cerrno>
#include <ctime>
#include <execinfo.h>
#include <mutex>
#include <semaphore.h>
#include <signal.h>

namespace portcullis::worker {
namespace {

// Where the handler writes. Everything in it is there before the first signal.
struct Reply {
    ThreadStack stack;
    // Odd while an answer is wanted. The handler makes it even when it has written, so that a
    // thread that answers too late finds that nobody waits and touches nothing.
    std::atomic<unsigned> wanted{0};
    sem_t written{};
};

Reply& reply() {
    static Reply only;
    return only;
}

// backtrace(3) allocates nothing once its library is loaded; sem_post(3) may be called from here.
void on_signal(int) {
    const int before = errno;
    Reply& to = reply();
    if (unsigned wanted = to.wanted.load(std::memory_order_acquire); wanted % 2 == 1) {
        const int count = ::backtrace(to.stack.frames.data(), ThreadStack::kFramesMax);
        to.stack.count = static_cast<std::size_t>(count);
        if (to.wanted.compare_exchange_strong(wanted, wanted + 1, std::memory_order_acq_rel)) {
            ::sem_post(&to.written);
        }
    }
    errno = before;
}

bool wait_for_reply(std::chrono::milliseconds patience) {
    timespec until{};
    ::clock_gettime(CLOCK_REALTIME, &until);
    const auto nanoseconds = until.tv_nsec + (patience.count() % 1'000) * 1'000'000;
    until.tv_sec += patience.count() / 1'000 + nanoseconds / 1'000'000'000;
    until.tv_nsec = nanoseconds % 1'000'000'000;
    int result = 0;
    do {
        result = ::sem_timedwait(&reply().written, &until);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

}  // namespace

void prepare_thread_stacks() {
    static std::once_flag once;
    std::call_once(once, [] {
        CHECK(::sem_init(&reply().written, 0, 0) == 0);
        std::array<void*, 1> frame{};
        (void)::backtrace(frame.data(), 1);
        struct sigaction action {};
        action.sa_handler = on_signal;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        CHECK(::sigaction(SIGRTMIN, &action, nullptr) == 0);
    });
}

void accept_stack_signal() {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGRTMIN);
    pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

ThreadStack stack_of(pthread_t thread, std::chrono::milliseconds patience) {
    Reply& from = reply();
    unsigned wanted = from.wanted.fetch_add(1, std::memory_order_acq_rel) + 1;
    const bool answered = ::pthread_kill(thread, SIGRTMIN) == 0 && wait_for_reply(patience);
    if (!answered &&
        from.wanted.compare_exchange_strong(wanted, wanted + 1, std::memory_order_acq_rel)) {
        return {};
    }
    if (!answered) {
        (void)wait_for_reply(patience);  // it has written just now, and posts or has posted
    }
    return from.stack;
}

void write_stack(int fd, const ThreadStack& stack) {
    ::backtrace_symbols_fd(stack.frames.data(), static_cast<int>(stack.count), fd);
}

}  // namespace portcullis::worker
