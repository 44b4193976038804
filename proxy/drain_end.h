// Ends the process when its workers do not: one that is stuck hears of no deadline, and whoever
// waits for this process to end (systemd, an upgrade) must not wait for ever. The owner's thread.
#pragma once

#include "base/log.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <unistd.h>

namespace portcullis {

class DrainEnd {
  public:
    // After the deadline of a drain workers cut what is left. One that has not ended so long after
    // it is stuck.
    static constexpr std::chrono::seconds kGrace{5};

    explicit DrainEnd(boost::asio::io_context& io) : timer_{io} {}

    // A second call replaces the first one's deadline. ended: how many workers of them have; must
    // live until the drain is over.
    void set(std::chrono::steady_clock::time_point deadline, std::size_t workers,
             const std::size_t& ended) {
        timer_.expires_at(deadline + kGrace);
        timer_.async_wait([workers, &ended](const boost::system::error_code& error) {
            if (error || ended == workers) {
                return;
            }
            log_error("server", "drain failed: " + std::to_string(workers - ended) + " of " +
                                    std::to_string(workers) +
                                    " workers did not end at the deadline (timeouts.shutdown); the "
                                    "process ends at once with status 1");
            ::_exit(1);
        });
    }

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace portcullis
