// An endpoint as one exchange has it, and how it was reached.
#pragma once

#include "proxy/fault.h"
#include "proxy/origin/endpoint.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::origin {

// An endpoint that is held for one exchange, with a connection to it. Counts as load there until
// destroyed.
class Lease {
  public:
    Lease() = default;

    explicit Lease(std::shared_ptr<Endpoint> endpoint) : endpoint_{std::move(endpoint)} {
        endpoint_->begin_exchange();
    }

    Lease(Lease&&) = default;

    Lease& operator=(Lease&& other) noexcept {
        std::swap(endpoint_, other.endpoint_);
        std::swap(connection, other.connection);
        std::swap(multiplexed_, other.multiplexed_);
        std::swap(tunnel_, other.tunnel_);
        return *this;
    }

    ~Lease() {
        if (endpoint_) {
            endpoint_->end_exchange();
        }
        if (endpoint_ && tunnel_) {
            endpoint_->end_tunnel();
        }
    }

    // The exchange has become a tunnel: see Endpoint::load(). Once at most.
    void begin_tunnel() {
        tunnel_ = true;
        endpoint_->begin_tunnel();
    }

    // Keeps the connection for another exchange. Without this it is closed.
    void give_back() { endpoint_->give_back(std::move(connection)); }

    [[nodiscard]] const std::shared_ptr<Endpoint>& endpoint() const { return endpoint_; }

    // One exchange of this connection is the lease's.
    void join(Http2Connection& shared) {
        shared.begin_exchange();
        multiplexed_.reset(&shared);
    }

    [[nodiscard]] Http2Connection* multiplexed() const { return multiplexed_.get(); }

    // With a connection, of either kind: its stream, and whether it has carried an exchange before.
    [[nodiscard]] const stream::Stream& stream() const {
        return multiplexed_ ? multiplexed_->stream() : connection->stream;
    }

    [[nodiscard]] bool reused() const {
        return multiplexed_ ? multiplexed_->reused() : connection->reused;
    }

  private:
    struct Leave {
        void operator()(Http2Connection* shared) const { shared->end_exchange(); }
    };

    std::shared_ptr<Endpoint> endpoint_;                   // null exactly in an empty lease
    std::unique_ptr<Http2Connection, Leave> multiplexed_;  // null unless joined
    bool tunnel_ = false;

  public:
    std::unique_ptr<Connection> connection;  // null when multiplexed
};

struct Reached {
    Lease lease;
    Fault fault = Fault::none;  // set: there is no connection; the lease names the endpoint tried
                                // last, if any
    // What exactly was wrong with TLS to the endpoint met last, for the log. Static text.
    std::string_view trouble = {};
    // One whose trouble is new, although another may have done in its place; null when none is.
    std::shared_ptr<Endpoint> news = nullptr;
    // Those that were ejected meanwhile, for the log.
    std::vector<std::shared_ptr<Endpoint>> ejected = {};
};

}  // namespace portcullis::origin
