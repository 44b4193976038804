// The descriptors of one thread, and what the kernel says of them: an epoll set, edge-triggered.
//
// Each descriptor is registered once, for both directions, and for good: a wait costs no system
// call. The price is epoll(7)'s rule for edges: the kernel speaks when something changes, so
// whoever sleeps must have seen the end of what is there before (socket.h keeps account of that).
#pragma once

#include "base/fd.h"

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace portcullis::stream {

class Reactor {
  public:
    // Who is told of a descriptor's events. Must be forgotten before it is destroyed.
    class Source {
      public:
        // events: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP and EPOLLERR, as they were when the
        // kernel was asked. May destroy this source and any other.
        virtual void on_events(std::uint32_t events) noexcept = 0;

      protected:
        ~Source() = default;
    };

    Reactor();  // ends the process when the kernel has no epoll set for it
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    // False when the kernel is out of memory for it, with errno set. What is ready already is
    // reported at the next turn.
    [[nodiscard]] bool add(int fd, Source& source);
    // As if it had just been added: what is ready now is reported again.
    void report_again(int fd, Source& source);
    // Before a descriptor is closed that another process, or a copy in this one, keeps open: the
    // kernel would go on speaking of it.
    void remove(int fd) noexcept;
    // No event that is still to be told reaches it. Its descriptor leaves the set when it is
    // closed.
    void forget(const Source& source) noexcept;

    // Told without looking at the clock; a deadline set meanwhile may be that much too early.
    static constexpr std::size_t kBatch = 32;

    // Tells each source of its events, waiting for the first one no longer than this; returns how
    // many there were.
    std::size_t turn(std::chrono::milliseconds wait_max);

  private:
    Fd epoll_;
    std::array<epoll_event, kBatch> batch_{};
    std::size_t next_ = 0;   // of batch_: the first that has not been told
    std::size_t count_ = 0;  // of batch_
};

}  // namespace portcullis::stream
