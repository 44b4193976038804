// Of several that need the same thing at once, one tries to get it, and the others wait for how
// that ends.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/stream/cancel_token.h"
#include "proxy/stream/signal.h"

#include <boost/intrusive/list.hpp>

#include <chrono>

namespace portcullis::origin {

class SharedAttempt {
  public:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool under_way() const { return under_way_; }

    // Whoever begins it ends it.
    void begin() { under_way_ = true; }

    // Has everybody who waits told at the turn's end: whoever tried goes first.
    // Each may begin another one.
    void end(Fault how);

    // How the attempt that is under way ends. since: when whoever waits began to want it; those who
    // have for longest are told first. Whoever is called off meanwhile gets shutdown_deadline; the
    // attempt goes on for the others. The object and the token must outlive the task.
    Task<Fault> wait(stream::Loop& loop, Clock::time_point since,
                     stream::CancelToken* cancel = nullptr);

  private:
    struct Queued;
    using Place = boost::intrusive::list_base_hook<
        boost::intrusive::tag<Queued>, boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

    struct Waiter final : Place, stream::Deferred {
        Waiter(stream::Loop& of, Clock::time_point from) : loop{of}, since{from}, told{of} {}

        void on_turn_end() noexcept override { told.wake(stream::Wake::ready); }

        stream::Loop& loop;
        const Clock::time_point since;
        stream::Signal told;
        Fault how = Fault::none;
    };

    using Waiters = boost::intrusive::list<Waiter, boost::intrusive::base_hook<Place>,
                                           boost::intrusive::constant_time_size<false>>;

    bool under_way_ = false;
    Waiters waiters_;
};

}  // namespace portcullis::origin
