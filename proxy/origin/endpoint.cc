#include "proxy/origin/endpoint.h"

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

Endpoint::~Endpoint() {
    retire();
}

const std::shared_ptr<tls::OriginTickets>& Endpoint::tickets() {
    if (!tickets_) {
        tickets_ = std::make_shared<tls::OriginTickets>();
    }
    return tickets_;
}

std::unique_ptr<Connection> Endpoint::take_idle() {
    if (idle_.empty()) {
        return nullptr;
    }
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    connection->home_ = nullptr;
    connection->stream.socket().unwatch_readable();
    connection->reused = true;
    return connection;
}

void Endpoint::give_back(std::unique_ptr<Connection> connection) {
    const auto age = std::chrono::steady_clock::now() - connection->born;
    if (retired_ || connection->personal || idle_.size() >= service_->idle_connections_max ||
        age > service_->connection_age_max || connection->stream.peek() != stream::End::timeout) {
        return;
    }
    connection->home_ = this;
    connection->watch();
    idle_.push_back(std::move(connection));
}

void Endpoint::retire() {
    retired_ = true;
    for (const auto& connection : idle_) {
        connection->stream.socket().unwatch_readable();
    }
    idle_.clear();
    for (const auto& connection : multiplexed_) {
        connection->retire();
    }
}

// The oldest first, so that the others become idle when there is less to do.
Http2Connection* Endpoint::multiplexed() const {
    const auto at = std::find_if(multiplexed_.begin(), multiplexed_.end(),
                                 [](const auto& connection) { return connection->takes(); });
    return at == multiplexed_.end() ? nullptr : at->get();
}

Http2Connection& Endpoint::multiplex(stream::Stream established, Duration write_timeout) {
    const Http2Connection::Times times{service_->idle_timeout, service_->connection_age_max,
                                       write_timeout};
    return *multiplexed_.emplace_back(
        std::make_unique<Http2Connection>(std::move(established), times, *this));
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
