// A service as one worker sees it: its endpoints, and how one of them is chosen and reached.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/origin/connector.h"
#include "proxy/origin/fleet.h"
#include "proxy/origin/lease.h"
#include "proxy/origin/traffic.h"
#include "proxy/tls/origin_context.h"

#include <memory>
#include <string_view>
#include <vector>

namespace portcullis::origin {

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

    // From now on this one says whether new connections may be used; null: they may.
    void use(std::shared_ptr<const Verifier> verifier) { traffic_->verifier = std::move(verifier); }

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
    Task<> hold_back(stream::Loop& loop, const Wish& wish);
    Task<Fault> wait_for_endpoint(stream::Loop& loop, Clock::time_point deadline,
                                  stream::CancelToken* cancel);
    Task<bool> look_again(stream::Loop& loop, Clock::time_point deadline, const Wish& wish);
    static void note_unreachable(const Reached& reached, Wish& wish);
    Task<> try_endpoints(stream::Loop& loop, Wish& wish, Clock::time_point since, Reached& reached);
    std::shared_ptr<const ServiceConfig> config_;
    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    std::shared_ptr<Traffic> traffic_;
    Connector connector_;
};

}  // namespace portcullis::origin
