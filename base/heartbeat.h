// Tells the service manager that the loop turns, twice in the time after which it would end the
// process. A loop that stands still says nothing: then the process is started anew.
#pragma once

#include "base/service_manager.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace portcullis {

class Heartbeat {
  public:
    // manager must outlive this.
    Heartbeat(boost::asio::io_context& io, const ServiceManager& manager)
        : manager_{manager}, timer_{io} {}

    // Nothing happens when the manager does not watch. Ends with the loop.
    void start();

  private:
    const ServiceManager& manager_;
    boost::asio::steady_timer timer_;
};

}  // namespace portcullis
