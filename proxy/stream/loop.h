// What a socket needs of its thread: the reactor, the deadlines and spare buffers. One for each
// worker.
#pragma once

#include "proxy/stream/deadline.h"
#include "proxy/stream/mailbox.h"
#include "proxy/stream/reactor.h"
#include "proxy/stream/slab.h"
#include "proxy/stream/wheel.h"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

namespace portcullis::stream {

// Something to be done once all that the reactor had to tell has been told, so that what many
// sockets cause is done in one go. Leaves the loop when destroyed.
class Deferred : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    // May defer this or others again, which is done in the same go, and destroy any.
    virtual void on_turn_end() noexcept = 0;

  protected:
    ~Deferred() = default;
};

class Loop {
  public:
    [[nodiscard]] Reactor& reactor() { return reactor_; }

    [[nodiscard]] Wheel& wheel() { return wheel_; }

    [[nodiscard]] Slab& slab() { return slab_; }

    // The loop's clock, which goes on with the wheel: the time at which this turn began.
    [[nodiscard]] Deadline::Clock::time_point now() const { return start_ + wheel_.elapsed(); }

    // So long from now; never for kForever.
    [[nodiscard]] Deadline in(Duration time) const {
        return time == kForever ? Deadline::never() : Deadline{now() + time};
    }

    [[nodiscard]] Duration left(Deadline deadline) const { return deadline.left(now()); }

    // Any thread: has this run on the loop's thread, soon. What is posted to a loop that has
    // stopped never runs.
    void post(std::function<void()> message) { mailbox_.post(std::move(message)); }

    // The loop's thread. Deferring what is deferred already does nothing.
    void defer(Deferred& what) {
        if (!what.is_linked()) {
            deferred_.push_back(what);
        }
    }

    // As run() does before each wait.
    void run_deferred();

    // Runs until stop(); on_tick is called at every tick of the wheel. A deadline that is set
    // during a turn of the reactor counts from the turn's begin.
    void run(void (*on_tick)(void*), void* context);

    static constexpr std::uint64_t kNotBegun = 0;
    static constexpr std::uint64_t kEnded = ~std::uint64_t{0};

    // Any thread: how often it has turned, which is several times a second whatever happens;
    // kNotBegun before run(), and kEnded after it.
    [[nodiscard]] std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }

    // The loop's thread: run() returns when what is under way now has returned.
    void stop() { stopped_ = true; }

  private:
    std::chrono::milliseconds elapsed() const;
    void turn_reactor(std::chrono::milliseconds wait_max);

    Reactor reactor_;
    Mailbox mailbox_{reactor_};
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    Wheel wheel_;
    Slab slab_;
    boost::intrusive::list<Deferred, boost::intrusive::constant_time_size<false>> deferred_;
    std::atomic<std::uint64_t> turns_{kNotBegun};
    bool stopped_ = false;
};

}  // namespace portcullis::stream
