// What a socket needs of its thread: the reactor, the deadlines and spare buffers. One for each
// worker.
#pragma once

#include "proxy/stream/slab.h"
#include "proxy/stream/wheel.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace portcullis::stream {

class Loop {
  public:
    Loop();

    [[nodiscard]] boost::asio::io_context& io() { return io_; }

    [[nodiscard]] Wheel& wheel() { return wheel_; }

    [[nodiscard]] Slab& slab() { return slab_; }

    // Runs until stop(); deadlines are kept meanwhile. on_tick is called at every tick of the
    // wheel.
    void run(void (*on_tick)(void*), void* context);

    void stop() { io_.stop(); }

  private:
    void keep_time();

    boost::asio::io_context io_{1};  // one thread: no locking inside
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>
        tick_{io_};
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    Wheel wheel_;
    Slab slab_;
    void (*on_tick_)(void*) = nullptr;
    void* on_tick_context_ = nullptr;
};

}  // namespace portcullis::stream
