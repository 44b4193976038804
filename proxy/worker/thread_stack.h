// What another thread of this process is doing: its call stack, taken by a signal to that thread.
// One at a time; for a watchdog, not for the data path.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <pthread.h>
#include <span>

namespace portcullis::worker {

struct ThreadStack {
    static constexpr std::size_t kFramesMax = 64;
    std::array<void*, kFramesMax> frames{};
    std::size_t count = 0;  // zero: the thread did not answer in time

    [[nodiscard]] std::span<void* const> used() const { return {frames.data(), count}; }
};

// Once for the process, before any thread is asked: installs the handler of SIGRTMIN, and loads
// what backtrace(3) needs, which the handler may not do.
void prepare_thread_stacks();
// By each thread that may be asked.
void accept_stack_signal();
// Asks a thread that has not been joined, and waits for its answer for so long at most.
ThreadStack stack_of(pthread_t thread, std::chrono::milliseconds patience);
// A line for each frame on that descriptor, as backtrace_symbols_fd(3) writes it: addr2line(1)
// knows the place of an address in the program.
void write_stack(int fd, const ThreadStack& stack);

}  // namespace portcullis::worker
