// What other threads ask of a loop's thread: functions, run there one after the other in the order
// in which they were posted. The only part of a loop that another thread may touch.
#pragma once

#include "proxy/stream/reactor.h"

#include <functional>
#include <mutex>
#include <vector>

namespace portcullis::stream {

class Mailbox final : public Reactor::Source {
  public:
    explicit Mailbox(Reactor& reactor);

    // Any thread. The function runs, and is destroyed, on the loop's.
    void post(std::function<void()> message);

  private:
    void on_events(std::uint32_t events) noexcept override;

    Fd bell_;  // an eventfd: rung by post()
    std::mutex mutex_;
    std::vector<std::function<void()>> messages_;  // guarded by mutex_
};

}  // namespace portcullis::stream
