// A service as one worker sees it: its endpoints, and how one of them is chosen and reached.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/origin/balance.h"
#include "proxy/origin/endpoint.h"
#include "proxy/tls/origin_context.h"

#include <memory>
#include <string_view>
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
        return *this;
    }

    ~Lease() {
        if (endpoint_) {
            endpoint_->end_exchange();
        }
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
};

class Service {
  public:
    using Clock = SharedAttempt::Clock;

    // Different endpoints tried for one request before it fails. Nothing has been sent to any of
    // them.
    static constexpr std::size_t kConnectTries = 3;

    // tls: null when the endpoints are met without.
    Service(const ServiceConfig& config, std::vector<std::shared_ptr<Endpoint>> endpoints,
            std::shared_ptr<const tls::OriginContext> tls = nullptr)
        : config_{&config}, endpoints_{std::move(endpoints)}, tls_{std::move(tls)} {}

    [[nodiscard]] const ServiceConfig& config() const { return *config_; }

    [[nodiscard]] const std::vector<std::shared_ptr<Endpoint>>& endpoints() const {
        return endpoints_;
    }

    // Picks an endpoint and gives a connection to it, idle or new; another endpoint when one cannot
    // be reached. prologue: what the connection begins with, before TLS; one that has a prologue is
    // made for this exchange and carries no other (HTTP/1 only). Service and prologue must live
    // until the task is done.
    Task<Reached> reach(stream::Loop& loop, std::string_view prologue = {});
    // A new connection to that endpoint, for another try of what has been under way since then: so
    // that who was turned away goes before those who come.
    Task<Reached> reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                             std::string_view prologue, Clock::time_point since);

  private:
    Task<Fault> meet(stream::Loop& loop, Reached& reached, std::string_view prologue,
                     Clock::time_point since);
    Task<Fault> join(stream::Loop& loop, Reached& reached, Clock::time_point since);
    Task<Fault> multiplex(stream::Loop& loop, Reached& reached);
    Task<Fault> connect(stream::Loop& loop, Reached& reached, std::string_view prologue);
    Task<Fault> secure(stream::Stream& stream, Duration timeout, Reached& reached);

    const ServiceConfig* config_;
    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    std::shared_ptr<const tls::OriginContext> tls_;
    Rotation rotation_;
};

}  // namespace portcullis::origin
