// A service as one worker sees it: its endpoints, and how one of them is chosen and reached.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/origin/fleet.h"
#include "proxy/origin/traffic.h"
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

class Service {
  public:
    using Clock = SharedAttempt::Clock;

    // Different endpoints tried for one request before it fails. Nothing has been sent to any of
    // them.
    static constexpr std::size_t kConnectTries = 3;
    // What one client may have of each limit of a circuit in any case, so that a browser's page is
    // served by a service with a small one.
    static constexpr std::size_t kShareLeast = 32;

    // tls: null when the endpoints are met without. traffic: that of the service which this one
    // replaces; from now on its endpoints are these. A service outlives the configuration it was
    // made for when the next one has the same.
    Service(std::shared_ptr<const ServiceConfig> config,
            std::vector<std::shared_ptr<Endpoint>> endpoints,
            std::shared_ptr<const tls::OriginContext> tls = nullptr,
            std::shared_ptr<Traffic> traffic = std::make_shared<Traffic>());

    [[nodiscard]] const ServiceConfig& config() const { return *config_; }

    // Its endpoints speak HTTP/2: one connection carries many exchanges.
    [[nodiscard]] bool multiplexes() const {
        return config_->protocol == Protocol::h2c || config_->protocol == Protocol::h2;
    }

    [[nodiscard]] const std::vector<std::shared_ptr<Endpoint>>& endpoints() const {
        return endpoints_;
    }

    [[nodiscard]] const std::shared_ptr<Traffic>& traffic() const { return traffic_; }

    // A try at this endpoint has ended so. Those that are ejected now.
    std::vector<std::shared_ptr<Endpoint>> note(const std::shared_ptr<Endpoint>& endpoint,
                                                const Outcome& outcome);

    // Whether a request may be sent once more because its route wants it; then it counts as such.
    bool take_retry();

    // Picks an endpoint and gives a connection to it, idle or new; another endpoint when one cannot
    // be reached, which is noted in wish.tried. Waits a while if there is none. shutdown_deadline:
    // wish.cancel was cancelled, which says nothing about any endpoint. Service and wish must live
    // until the task is done.
    Task<Reached> reach(stream::Loop& loop, Wish& wish);
    // A connection of its own to that endpoint, for a check of its health.
    Task<Reached> probe(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                        std::string_view prologue, Duration timeout);
    // How that check has ended (Endpoint::note_check). True: the endpoint is up now, or down.
    bool note_check(Endpoint& endpoint, std::string_view trouble);
    // A new connection to that endpoint, for another try of what has been under way since then: so
    // that who was turned away goes before those who come. When there is none, as reach() does.
    Task<Reached> reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint, Wish& wish,
                             Clock::time_point since);

  private:
    Fault enter(Breaker::Place& place, Breaker::Kind kind, std::size_t limit, ServiceEvent refused,
                const Breaker::Share& share = {});
    [[nodiscard]] Breaker::Share share_of(const Wish& wish) const;
    Task<Fault> meet(stream::Loop& loop, Reached& reached, const Wish& wish,
                     Clock::time_point since);
    Task<Fault> join(stream::Loop& loop, Reached& reached, const Wish& wish,
                     Clock::time_point since);
    Task<Fault> multiplex(stream::Loop& loop, Reached& reached);
    Task<Fault> connect(stream::Loop& loop, Reached& reached, std::string_view prologue,
                        tls::Speak speak, stream::CancelToken* cancel);
    Task<Fault> dial(stream::Loop& loop, Reached& reached, std::string_view prologue,
                     tls::Speak speak, Duration timeout, stream::CancelToken* cancel);
    Task<Fault> introduce(stream::Stream& stream, Reached& reached, std::string_view prologue,
                          tls::Speak speak, stream::Deadline deadline, stream::CancelToken* cancel);
    Task<> hold_back(stream::Loop& loop, const Wish& wish);
    Task<Fault> wait_for_endpoint(stream::Loop& loop, Clock::time_point deadline,
                                  stream::CancelToken* cancel);
    static void note_unreachable(const Reached& reached, Wish& wish);
    Task<> try_endpoints(stream::Loop& loop, Wish& wish, Clock::time_point since, Reached& reached);
    Task<Fault> secure(stream::Stream& stream, tls::Speak speak, stream::Deadline deadline,
                       Reached& reached);

    std::shared_ptr<const ServiceConfig> config_;
    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    std::shared_ptr<const tls::OriginContext> tls_;
    std::shared_ptr<Traffic> traffic_;
};

}  // namespace portcullis::origin
