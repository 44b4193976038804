// Sees whether the network that tasks are met in is still there. It goes when the container that
// holds it ends, as when its node is drained: the namespace stays for us, but its interfaces are
// gone.
#pragma once

#include "config/types/duration.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>

namespace portcullis {

class OverlayWatch {
  public:
    // On io's thread. on_gone: the network has been gone for the grace; on_back: and then it came
    // back.
    OverlayWatch(boost::asio::io_context& io, std::function<void()> on_gone,
                 std::function<void()> on_back)
        : on_gone_{std::move(on_gone)}, on_back_{std::move(on_back)}, timer_{io} {}

    // Looks again and again, in the network of io's thread.
    void start(Duration grace);

    // At the last look.
    [[nodiscard]] bool gone() const { return since_.has_value(); }

  private:
    void look();

    std::function<void()> on_gone_;
    std::function<void()> on_back_;
    boost::asio::steady_timer timer_;
    Duration grace_{};
    bool told_ = false;
    std::optional<std::chrono::steady_clock::time_point> since_;  // it is gone
};

// Whether the calling thread's network has an address on an interface that is up, other than the
// loopback's.
bool has_a_network();

}  // namespace portcullis
