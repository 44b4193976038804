#include "proxy/origin/endpoint.h"

#include "base/tell_each.h"
#include "proxy/origin/hash.h"
#include "proxy/origin/sticky.h"

#include <algorithm>

namespace portcullis::origin {

// Readable means closed or talking out of turn, a deadline means idle for too long: dropped either
// way. But a wake-up may be spurious.
void Connection::on_wake(stream::Wake wake) noexcept {
    if (wake == stream::Wake::ready && stream.peek() == stream::End::timeout) {
        watch();
    } else {
        home_->drop(*this);
    }
}

void Connection::watch() {
    stream.socket().watch_readable(*this, home_->service_->idle_timeout);
}

Endpoint::Endpoint(const EndpointConfig& endpoint, std::shared_ptr<const ServiceConfig> service)
    : address_{endpoint.address},
      text_{address_.text()},
      task_{endpoint.task},
      service_{std::move(service)},
      weight_{static_cast<double>(endpoint.weight)},
      identity_{hash_of(task_.empty() ? text_ : text_ + " " + task_)},
      tag_{tag_of(service_->name, address_, task_)},
      leaving_{endpoint.leaving} {
    show();
}

Endpoint::~Endpoint() {
    retire();
}

void Endpoint::use(const EndpointConfig& endpoint, std::shared_ptr<const ServiceConfig> service) {
    if (!service_->health && service->health) {
        health_.assume_up();
    }
    service_ = std::move(service);
    weight_ = static_cast<double>(endpoint.weight);
    if (endpoint.leaving && !leaving_) {
        leaving_since_ = Ejection::Clock::now();
    }
    leaving_ = endpoint.leaving;
    gone_ = gone_ && leaving_;
    if (leaving_) {
        drop_idle();
    }
    show();
}

bool Endpoint::note_check(std::string_view trouble) {
    check_trouble_ = trouble;
    stats_->add(EndpointEvent::checks);
    if (!trouble.empty()) {
        stats_->add(EndpointEvent::checks_failed);
    }
    const bool changed = health_.note(trouble.empty(), *service_->health);
    if (changed) {
        stats_->add(health_.up() ? EndpointEvent::went_up : EndpointEvent::went_down);
        up_since_ = Ejection::Clock::now();
    }
    show();
    return changed;
}

void Endpoint::show() {
    std::string_view why = check_trouble_;
    if (health_.state() == Health::State::unknown && why.empty()) {
        why = "not_checked_yet";
    }
    stats_->show_health(up(), why);
}

Ejection::Why Endpoint::note(const Outcome& outcome) {
    if (outcome.fault) {
        stats_->add(EndpointEvent::faults);
    }
    return service_->ejection ? ejection_.note(outcome, *service_->ejection) : Ejection::Why::none;
}

void Endpoint::eject(const EjectionConfig& config, Ejection::Why why,
                     Ejection::Clock::time_point now) {
    const EndpointEvent event = why == Ejection::Why::latency ? EndpointEvent::ejected_for_latency
                                : why == Ejection::Why::success_rate
                                    ? EndpointEvent::ejected_for_success_rate
                                    : EndpointEvent::ejected_for_faults;
    ejection_.eject(config, now);
    stats_->add(event);
    stats_->show_ejection(ejection_.until(), name(event));
}

const std::shared_ptr<tls::OriginTickets>& Endpoint::tickets() {
    if (!tickets_) {
        tickets_ = std::make_shared<tls::OriginTickets>();
    }
    return tickets_;
}

// Each is looked at once more: what has come since the last look, and will be told of in this turn
// of the loop, would be read as the response to the request that is about to be sent.
std::unique_ptr<Connection> Endpoint::take_idle() {
    while (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        connection->home_ = nullptr;
        connection->stream.socket().unwatch_readable();
        if (connection->stream.arrived_nothing()) {
            connection->reused = true;
            return connection;
        }
    }
    return nullptr;
}

bool Endpoint::drop_an_idle() {
    if (idle_.empty()) {
        return false;
    }
    idle_.front()->stream.socket().unwatch_readable();
    idle_.erase(idle_.begin());
    return true;
}

void Endpoint::give_back(std::unique_ptr<Connection> connection) {
    const auto age = std::chrono::steady_clock::now() - connection->born;
    if (retired_ || leaving_ || connection->personal ||
        idle_.size() >= service_->idle_connections_max || age > service_->connection_age_max ||
        connection->stream.peek() != stream::End::timeout) {
        return;
    }
    connection->home_ = this;
    connection->watch();
    idle_.push_back(std::move(connection));
}

void Endpoint::drop_idle() {
    for (const auto& connection : idle_) {
        connection->stream.socket().unwatch_readable();
    }
    idle_.clear();
}

void Endpoint::retire(std::shared_ptr<const Endpoint> successor) {
    retired_ = true;
    successor_ = std::move(successor);
    let_go();
}

// Of all connections, once nothing is under way on them.
void Endpoint::let_go() {
    drop_idle();
    for (const auto& connection : multiplexed_) {
        connection->retire();
    }
}

bool Endpoint::unheard() const {
    return std::any_of(listeners_.begin(), listeners_.end(),
                       [](const SilenceListener& listener) { return listener.unheard(); });
}

void Endpoint::note_silence() {
    stats_->add(EndpointEvent::fell_silent);
    let_go();
    tell_each(listeners_, [](SilenceListener& listener) { listener.on_silence(); });
}

// The oldest first, so that the others become idle when there is less to do.
Http2Connection* Endpoint::multiplexed() const {
    const auto at = std::find_if(multiplexed_.begin(), multiplexed_.end(),
                                 [](const auto& connection) { return connection->takes(); });
    return at == multiplexed_.end() ? nullptr : at->get();
}

Http2Connection& Endpoint::multiplex(std::unique_ptr<Connection> established,
                                     Duration write_timeout) {
    const Http2Connection::Times times{service_->idle_timeout, service_->connection_age_max,
                                       write_timeout};
    Http2Connection& made = *multiplexed_.emplace_back(
        std::make_unique<Http2Connection>(std::move(established->stream), times, *this));
    made.place = std::move(established->place);
    return made;
}

void Endpoint::on_over() noexcept {
    std::erase_if(multiplexed_, [](const auto& connection) { return connection->over(); });
}

void Endpoint::drop(Connection& connection) {
    const auto at = std::find_if(idle_.begin(), idle_.end(),
                                 [&](const auto& idle) { return idle.get() == &connection; });
    idle_.erase(at);
}

}  // namespace portcullis::origin
