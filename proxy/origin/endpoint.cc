#include "proxy/origin/endpoint.h"

#include <algorithm>

namespace portcullis::origin {

// Readable means closed or talking out of turn, a deadline means idle for too long: dropped either
// way.
void Connection::on_wake(stream::Wake) noexcept {
    home_->drop(*this);
}

Endpoint::~Endpoint() {
    retire();
}

std::unique_ptr<Connection> Endpoint::take_idle() {
    while (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        connection->home_ = nullptr;
        connection->stream.socket().unwatch_readable();
        if (!connection->stream.socket().announced()) {
            connection->reused = true;
            return connection;
        }
    }
    return nullptr;
}

void Endpoint::give_back(std::unique_ptr<Connection> connection) {
    const auto age = std::chrono::steady_clock::now() - connection->born;
    if (retired_ || idle_.size() >= service_->idle_connections_max ||
        age > service_->connection_age_max || connection->stream.socket().announced()) {
        return;
    }
    connection->home_ = this;
    connection->stream.socket().watch_readable(*connection, service_->idle_timeout);
    idle_.push_back(std::move(connection));
}

void Endpoint::retire() {
    retired_ = true;
    for (const auto& connection : idle_) {
        connection->stream.socket().unwatch_readable();
    }
    idle_.clear();
}

void Endpoint::drop(Connection& connection) {
    const auto at = std::find_if(idle_.begin(), idle_.end(),
                                 [&](const auto& idle) { return idle.get() == &connection; });
    idle_.erase(at);
}

}  // namespace portcullis::origin
