// Requests that wait because their service has no endpoint that may be picked: the moment between
// the last task and the next one. They wait for a bounded time, and so many of them at most.
//
//   --no endpoint--> parked --an endpoint may be picked--> it looks again
//                    parked --its time is over--> refused, counted
//                    parked --its client has left--> gone
//   --no endpoint, and the place is full--> refused, counted
#pragma once

#include "base/task.h"
#include "config/types/duration.h"
#include "proxy/stream/cancel_token.h"
#include "proxy/stream/signal.h"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>

namespace portcullis::origin {

class Parking {
  public:
    enum class End : std::uint8_t { look_again, time_over, full, cancelled };

    Parking() = default;
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;

    // limit: how many may be here with this one. The object and the token, if there is one, must
    // outlive the task.
    Task<End> wait(stream::Loop& loop, Duration time, std::size_t limit,
                   stream::CancelToken* cancel = nullptr);

    // Has everybody look again at the turn's end, in the order in which they came.
    void wake();

    [[nodiscard]] std::size_t parked() const { return parked_; }

  private:
    struct Queued;
    using Place = boost::intrusive::list_base_hook<
        boost::intrusive::tag<Queued>, boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

    struct Waiter final : Place, stream::Deferred {
        Waiter(Parking& of, stream::Loop& on) : parking{of}, loop{on}, told{on} {
            ++parking.parked_;
        }

        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        ~Waiter() { --parking.parked_; }

        void on_turn_end() noexcept override { told.wake(stream::Wake::ready); }

        Parking& parking;
        stream::Loop& loop;
        stream::Signal told;
    };

    boost::intrusive::list<Waiter, boost::intrusive::base_hook<Place>,
                           boost::intrusive::constant_time_size<false>>
        waiters_;
    std::size_t parked_ = 0;
};

}  // namespace portcullis::origin
