#include "proxy/origin/service.h"

#include <algorithm>
#include <utility>

namespace portcullis::origin {
namespace {

// For an origin that takes nothing of what is written to a connection that many share.
constexpr Duration kWriteTimeout = std::chrono::seconds{30};
// Connections that an origin ends before they have carried anything for whoever made them.
constexpr int kFleetingMax = 5;
// Until a request that is held back looks whether the moment is over.
constexpr Duration kHeldBack = std::chrono::milliseconds{100};

// There is a connection, or what kept us from one was not this endpoint.
bool says_nothing_of_endpoint(Fault fault) {
    return fault == Fault::none || fault == Fault::service_full || fault == Fault::circuit_share ||
           fault == Fault::shutdown_deadline;
}

// The address is not, or may not be, the endpoint's any more. Another snapshot, or the resolver,
// may know better in a moment.
bool lacks_a_witness(Fault fault) {
    return fault == Fault::endpoint_moved || fault == Fault::endpoints_unverified;
}

// Of a check: whether there was no answer at all. A bad one says nothing about those under way.
bool is_silence(std::string_view trouble) {
    return trouble == name(Fault::origin_connect_timeout) || trouble == name(Fault::origin_timeout);
}

}  // namespace

Service::Service(std::shared_ptr<const ServiceConfig> config,
                 std::vector<std::shared_ptr<Endpoint>> endpoints,
                 std::shared_ptr<const tls::OriginContext> tls, std::shared_ptr<Traffic> traffic)
    : config_{std::move(config)},
      endpoints_{std::move(endpoints)},
      traffic_{std::move(traffic)},
      connector_{config_, std::move(tls), traffic_} {
    traffic_->fleet.use(endpoints_);
    traffic_->parking.wake();
}

Task<Reached> Service::reach(stream::Loop& loop, Wish& wish) {
    const auto since = Clock::now();
    if (!wish.place.held()) {
        traffic_->budget.note_request(std::chrono::steady_clock::now());
        const Fault fault =
            enter(wish.place, Breaker::Kind::requests, config_->circuit.requests_max,
                  ServiceEvent::requests_refused, share_of(wish));
        if (fault != Fault::none) {
            co_return Reached{{}, fault};
        }
    }
    co_await hold_back(loop, wish);
    Reached reached;
    const auto deadline = Clock::now() + std::min(wish.patience, config_->parking.time);
    bool again = true;
    while (again) {
        const Fault alone = co_await wait_for_endpoint(loop, deadline, wish.cancel);
        if (alone != Fault::none) {
            reached.fault = alone;
            break;
        }
        const std::size_t tried = wish.tried.size();
        co_await try_endpoints(loop, wish, since, reached);
        if (lacks_a_witness(reached.fault)) {
            wish.tried.resize(tried);
            again = false;
            // Nobody waits for witnesses that were there and have fallen silent.
            if (reached.fault == Fault::endpoint_moved || connector_.awaits_a_witness()) {
                again = co_await look_again(loop, deadline, wish);
            }
        } else {
            // The last one was leaving, and now it is gone: there will be another.
            again = reached.fault != Fault::none && reached.fault != Fault::shutdown_deadline &&
                    !traffic_->fleet.available();
        }
    }
    co_return reached;
}

// Whether there is time for it, after a while or with the next configuration.
Task<bool> Service::look_again(stream::Loop& loop, Clock::time_point deadline, const Wish& wish) {
    const auto left =
        std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    if (left <= Duration::zero()) {
        co_return false;
    }
    const Parking::End end = co_await traffic_->parking.wait(
        loop, std::min(left, kHeldBack), config_->parking.requests_max, wish.cancel);
    co_return end == Parking::End::look_again || end == Parking::End::time_over;
}

Task<> Service::try_endpoints(stream::Loop& loop, Wish& wish, Clock::time_point since,
                              Reached& reached) {
    std::size_t tries = std::min(traffic_->fleet.endpoints().size(), kConnectTries);
    // Those whose address is another task's are no tries; each is met once.
    std::size_t others = traffic_->fleet.endpoints().size();
    while (tries > 0) {
        std::shared_ptr<Endpoint> picked = traffic_->fleet.pick(*config_, wish, loop.now());
        if (!picked) {
            // Of each that may be picked the resolver has just said that it is another task's.
            reached.fault = reached.fault == Fault::none ? Fault::endpoint_moved : reached.fault;
            break;
        }
        picked->note_request();
        reached.lease = Lease{std::move(picked)};
        if (wish.prologue.empty()) {
            reached.lease.connection = reached.lease.endpoint()->take_idle();
        }
        reached.fault = Fault::none;
        if (!reached.lease.connection) {
            reached.fault = co_await meet(loop, reached, wish, since);
        }
        if (says_nothing_of_endpoint(reached.fault)) {
            break;
        }
        if (reached.fault == Fault::endpoint_moved && --others > 0) {
            wish.tried.push_back(reached.lease.endpoint().get());
            continue;
        }
        --tries;
        if (lacks_a_witness(reached.fault)) {
            wish.tried.push_back(reached.lease.endpoint().get());
            continue;
        }
        note_unreachable(reached, wish);
        for (auto& ejected : note(reached.lease.endpoint(), {.fault = true})) {
            reached.ejected.push_back(std::move(ejected));
        }
    }
}

void Service::note_unreachable(const Reached& reached, Wish& wish) {
    Endpoint& endpoint = *reached.lease.endpoint();
    wish.tried.push_back(&endpoint);
    endpoint.note_unreachable();
    if (reached.fault == Fault::origin_connect_timeout) {
        endpoint.note_silence();
    }
}

Task<Reached> Service::reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                                  Wish& wish, Clock::time_point since) {
    Reached reached{Lease{std::move(endpoint)}, Fault::none};
    reached.fault = co_await meet(loop, reached, wish, since);
    if (says_nothing_of_endpoint(reached.fault)) {
        co_return reached;
    }
    if (!lacks_a_witness(reached.fault)) {
        note_unreachable(reached, wish);
    }
    reached = co_await reach(loop, wish);
    co_return reached;
}

// What cannot be repeated does not go to a task in the moment in which that is told to end: some
// close their connections at once.
Task<> Service::hold_back(stream::Loop& loop, const Wish& wish) {
    for (bool held = false; !wish.repeatable && traffic_->fleet.ending(Clock::now());) {
        const Parking::End end = co_await traffic_->parking.wait(
            loop, kHeldBack, config_->parking.requests_max, wish.cancel);
        if (end == Parking::End::full || end == Parking::End::cancelled) {
            co_return;
        }
        if (!std::exchange(held, true)) {
            traffic_->stats->add(ServiceEvent::parked);
        }
    }
}

// Those of the moment: a new configuration may bring others.
Task<Fault> Service::wait_for_endpoint(stream::Loop& loop, Clock::time_point deadline,
                                       stream::CancelToken* cancel) {
    bool parked = false;
    while (!stream::CancelToken::is_cancelled(cancel) && !traffic_->fleet.available()) {
        const Duration left =
            std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
        const Parking::End end =
            co_await traffic_->parking.wait(loop, left, config_->parking.requests_max, cancel);
        if (end == Parking::End::full) {
            traffic_->stats->add(ServiceEvent::parking_full);
            co_return Fault::no_endpoint;
        }
        if (left > Duration::zero() && !std::exchange(parked, true)) {
            traffic_->stats->add(ServiceEvent::parked);
        }
        if (end == Parking::End::time_over) {
            if (parked) {
                traffic_->stats->add(ServiceEvent::parked_in_vain);
            }
            co_return Fault::no_endpoint;
        }
    }
    co_return stream::CancelToken::is_cancelled(cancel) ? Fault::shutdown_deadline : Fault::none;
}

Task<Reached> Service::probe(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                             std::string_view prologue, Duration timeout) {
    Reached reached{Lease{std::move(endpoint)}, Fault::none};
    reached.fault = co_await connector_.dial(loop, reached, prologue, tls::Speak::its_protocol,
                                             timeout, nullptr);
    co_return reached;
}

bool Service::note_check(Endpoint& endpoint, std::string_view trouble) {
    const bool changed = endpoint.note_check(trouble);
    if (changed) {
        traffic_->parking.wake();
        if (is_silence(trouble)) {
            endpoint.note_silence();
        }
    }
    return changed;
}

std::vector<std::shared_ptr<Endpoint>> Service::note(const std::shared_ptr<Endpoint>& endpoint,
                                                     const Outcome& outcome) {
    if (!config_->ejection) {
        [[maybe_unused]] const Ejection::Why none = endpoint->note(outcome);
        return {};
    }
    return traffic_->fleet.note(*config_->ejection, endpoint, outcome,
                                std::chrono::steady_clock::now());
}

bool Service::take_retry() {
    const bool taken =
        traffic_->budget.take(config_->retry_budget, std::chrono::steady_clock::now());
    traffic_->stats->add(taken ? ServiceEvent::retries : ServiceEvent::retries_refused);
    return taken;
}

// none: the place is held.
Fault Service::enter(Breaker::Place& place, Breaker::Kind kind, std::size_t limit,
                     ServiceEvent refused, const Breaker::Share& share) {
    Breaker::Refused why = Breaker::Refused::no;
    place = Breaker::enter(traffic_->breaker, kind, limit, share, why);
    switch (why) {
        case Breaker::Refused::no:
            return Fault::none;
        case Breaker::Refused::full:
            traffic_->stats->add(refused);
            return Fault::service_full;
        case Breaker::Refused::share:
            break;
    }
    traffic_->stats->add(ServiceEvent::client_share_refused);
    return Fault::circuit_share;
}

// Where each request has a connection of its own, a client must not take all of those either.
Breaker::Share Service::share_of(const Wish& wish) const {
    const CircuitConfig& circuit = config_->circuit;
    if (circuit.client_share == 100 || !wish.client) {
        return {};
    }
    const std::size_t limit = multiplexes()
                                  ? circuit.requests_max
                                  : std::min(circuit.requests_max, circuit.connections_max);
    return {wish.client, std::max(kShareLeast, limit * circuit.client_share / 100)};
}

Task<Fault> Service::meet(stream::Loop& loop, Reached& reached, const Wish& wish,
                          Clock::time_point since) {
    // All of a client's requests may come before there is a connection; others must find room, too.
    const std::size_t limit = config_->circuit.pending_max;
    Breaker::Share share = share_of(wish);
    share.most = std::max(kShareLeast, limit / 2);
    Breaker::Place waiting;
    Fault fault =
        enter(waiting, Breaker::Kind::pending, limit, ServiceEvent::pending_refused, share);
    if (fault != Fault::none) {
        co_return fault;
    }
    if (multiplexes() && !wish.own_connection) {
        fault = co_await join(loop, reached, wish, since);
        if (fault != Fault::none || !wish.tunnel ||
            reached.lease.multiplexed()->link().session().peer_connects()) {
            co_return fault;
        }
        // It takes no WebSocket in HTTP/2 (RFC 8441, 3), and perhaps one in HTTP/1.1.
        reached.lease = Lease{reached.lease.endpoint()};
    }
    fault = co_await connect(loop, reached, wish.prologue, tls::Speak::http1, wish.cancel);
    if (fault == Fault::none && multiplexes()) {
        reached.lease.connection->personal = true;  // the others want HTTP/2
    }
    co_return fault;
}

// Many may come at once, and one connection is enough for them: the attempt goes on when the client
// that began it has left. The exchanges that it takes may be used up by others before.
Task<Fault> Service::join(stream::Loop& loop, Reached& reached, const Wish& wish,
                          Clock::time_point since) {
    Endpoint& endpoint = *reached.lease.endpoint();
    for (int made = 0; made < kFleetingMax;) {
        Fault fault = Fault::none;
        if (Http2Connection* const shared = endpoint.multiplexed()) {
            reached.lease.join(*shared);
            co_return Fault::none;
        }
        if (endpoint.attempt().under_way()) {
            fault = co_await endpoint.attempt().wait(loop, since, wish.cancel);
        } else {
            ++made;
            endpoint.attempt().begin();
            fault = co_await multiplex(loop, reached);
            endpoint.attempt().end(fault);
        }
        if (fault != Fault::none || reached.lease.multiplexed() != nullptr) {
            co_return fault;
        }
    }
    co_return Fault::origin_bad_answer;
}

// A new connection, and an exchange of it if it still takes one.
Task<Fault> Service::multiplex(stream::Loop& loop, Reached& reached) {
    const Fault fault = co_await connect(loop, reached, {}, tls::Speak::its_protocol, nullptr);
    if (fault != Fault::none) {
        co_return fault;
    }
    Http2Connection& made =
        reached.lease.endpoint()->multiplex(std::move(reached.lease.connection), kWriteTimeout);
    const Fault settled = co_await made.settle(config_->connect_timeout);
    if (settled == Fault::none && made.takes()) {
        reached.lease.join(made);
    }
    co_return settled;
}

// Counted among the service's connections.
Task<Fault> Service::connect(stream::Loop& loop, Reached& reached, std::string_view prologue,
                             tls::Speak speak, stream::CancelToken* cancel) {
    const std::size_t limit = config_->circuit.connections_max;
    if (traffic_->breaker->of(Breaker::Kind::connections) >= limit) {
        traffic_->fleet.drop_an_idle();  // of another endpoint, where it is not needed now
    }
    Breaker::Place place;
    const Fault entered =
        enter(place, Breaker::Kind::connections, limit, ServiceEvent::connections_refused);
    if (entered != Fault::none) {
        co_return entered;
    }
    const Fault fault =
        co_await connector_.dial(loop, reached, prologue, speak, config_->connect_timeout, cancel);
    if (fault == Fault::none) {
        reached.lease.connection->place = std::move(place);
    }
    co_return fault;
}

}  // namespace portcullis::origin
