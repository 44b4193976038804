#include "proxy/origin/service.h"

#include <sys/socket.h>

#include <algorithm>

namespace portcullis::origin {
namespace {

// For an origin that takes nothing of what is written to a connection that many share.
constexpr Duration kWriteTimeout = std::chrono::seconds{30};
// Connections that an origin ends before they have carried anything for whoever made them.
constexpr int kFleetingMax = 5;

int socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

}  // namespace

Task<Reached> Service::reach(stream::Loop& loop, std::string_view prologue) {
    if (endpoints_.empty()) {
        co_return Reached{{}, Fault::no_endpoint};
    }
    const std::size_t first = pick(
        config_->balance, endpoints_.size(),
        [this](std::size_t i) { return endpoints_[i]->active(); }, rotation_);
    Reached reached;
    const auto since = Clock::now();
    const std::size_t tries = std::min(endpoints_.size(), kConnectTries);
    for (std::size_t attempt = 0; attempt < tries; ++attempt) {
        reached.lease = Lease{endpoints_[(first + attempt) % endpoints_.size()]};
        if (prologue.empty()) {
            reached.lease.connection = reached.lease.endpoint()->take_idle();
        }
        reached.fault = Fault::none;
        if (!reached.lease.connection) {
            reached.fault = co_await meet(loop, reached, prologue, since);
        }
        if (reached.fault == Fault::none) {
            break;
        }
    }
    co_return reached;
}

Task<Reached> Service::reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint,
                                  std::string_view prologue, Clock::time_point since) {
    Reached reached{Lease{std::move(endpoint)}, Fault::none};
    reached.fault = co_await meet(loop, reached, prologue, since);
    co_return reached;
}

Task<Fault> Service::meet(stream::Loop& loop, Reached& reached, std::string_view prologue,
                          Clock::time_point since) {
    if (config_->protocol == Protocol::h2c || config_->protocol == Protocol::h2) {
        co_return co_await join(loop, reached, since);
    }
    co_return co_await connect(loop, reached, prologue);
}

// Many may come at once, and one connection is enough for them; but the exchanges that it takes may
// be used up before whoever made it has its own.
Task<Fault> Service::join(stream::Loop& loop, Reached& reached, Clock::time_point since) {
    Endpoint& endpoint = *reached.lease.endpoint();
    for (int made = 0; made < kFleetingMax;) {
        Fault fault = Fault::none;
        if (Http2Connection* const shared = endpoint.multiplexed()) {
            reached.lease.join(*shared);
            co_return Fault::none;
        }
        if (endpoint.attempt().under_way()) {
            fault = co_await endpoint.attempt().wait(loop, since);
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
    const Fault fault = co_await connect(loop, reached, {});
    if (fault != Fault::none) {
        co_return fault;
    }
    Http2Connection& made = reached.lease.endpoint()->multiplex(
        std::move(reached.lease.connection->stream), kWriteTimeout);
    reached.lease.connection.reset();
    const Fault settled = co_await made.settle(config_->connect_timeout);
    if (settled == Fault::none && made.takes()) {
        reached.lease.join(made);
    }
    co_return settled;
}

Task<Fault> Service::connect(stream::Loop& loop, Reached& reached, std::string_view prologue) {
    const auto deadline = std::chrono::steady_clock::now() + config_->connect_timeout;
    stream::Connected started = stream::start_connect(reached.lease.endpoint()->address());
    if (started.error != 0) {
        co_return Fault::origin_refused;
    }
    stream::Socket socket{loop, std::move(started.fd)};
    if (started.in_progress) {
        const stream::Wake wake = co_await socket.writable(config_->connect_timeout);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::origin_connect_timeout
                                                    : Fault::origin_refused;
        }
        if (socket_error(socket.fd()) != 0) {
            co_return Fault::origin_refused;
        }
    }
    stream::Stream stream{std::move(socket)};
    const auto left = [deadline] {
        return std::max(Duration::zero(), std::chrono::duration_cast<Duration>(
                                              deadline - std::chrono::steady_clock::now()));
    };
    if (!prologue.empty()) {
        const stream::End end = co_await stream.write(prologue, left());
        if (end != stream::End::none) {
            co_return Fault::origin_refused;
        }
    }
    if (tls_) {
        const Fault fault = co_await secure(stream, left(), reached);
        if (fault != Fault::none) {
            co_return fault;
        }
    }
    reached.lease.connection = std::make_unique<Connection>(std::move(stream));
    reached.lease.connection->personal = !prologue.empty();
    co_return Fault::none;
}

Task<Fault> Service::secure(stream::Stream& stream, Duration timeout, Reached& reached) {
    const std::shared_ptr<Endpoint>& endpoint = reached.lease.endpoint();
    stream.begin_tls(tls_->begin(stream.socket().fd(), config_->tls.server_name,
                                 endpoint->address().address, endpoint->tickets()));
    const stream::End end = co_await stream.handshake(timeout);
    const tls::Session& session = *stream.tls();
    Fault fault = session.distrusted() ? Fault::origin_untrusted : Fault::origin_tls_failed;
    std::string_view trouble = session.trouble();
    if (end == stream::End::none && !tls_->agreed(session)) {
        trouble = "it does not agree to the service's protocol";
        fault = Fault::origin_wrong_protocol;
    } else if (end == stream::End::none) {
        fault = Fault::none;
    } else if (end == stream::End::timeout) {
        trouble = "the handshake took too long";
        fault = Fault::origin_connect_timeout;
    } else if (end == stream::End::cancelled) {
        fault = Fault::origin_refused;
    }
    if (endpoint->note_trouble(trouble)) {
        reached.news = endpoint;
    }
    reached.trouble = trouble;
    co_return fault;
}

}  // namespace portcullis::origin
