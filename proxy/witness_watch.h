// Says in the log when nobody vouches for the endpoints of the swarm any more, and when somebody
// does again. On io's thread.
#pragma once

#include "config/discovery_model.h"
#include "proxy/origin/witnesses.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace portcullis {

class WitnessWatch {
  public:
    WitnessWatch(boost::asio::io_context& io, std::shared_ptr<const origin::Witnesses> witnesses)
        : witnesses_{std::move(witnesses)}, timer_{io} {}

    // From now on; none: there is no swarm to speak of.
    void use(std::optional<DiscoveryConfig> discovery);

    // These, from now on.
    void use(std::shared_ptr<const origin::Witnesses> witnesses) {
        witnesses_ = std::move(witnesses);
    }

    // Who vouches for endpoints at this moment: "snapshot", "resolver" or "nobody".
    [[nodiscard]] std::string_view voucher() const;

  private:
    void look();

    std::shared_ptr<const origin::Witnesses> witnesses_;
    boost::asio::steady_timer timer_;
    std::optional<DiscoveryConfig> discovery_;
    bool unverified_ = false;  // as the log has it
};

}  // namespace portcullis
