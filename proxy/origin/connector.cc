#include "proxy/origin/connector.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace portcullis::origin {
namespace {

int socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

IpAddress own_address(int fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    return ::getsockname(fd, address, &length) == 0 ? SocketAddress::from(address).address
                                                    : IpAddress{};
}

}  // namespace

Task<Fault> Connector::dial(stream::Loop& loop, Reached& reached, std::string_view prologue,
                            tls::Speak speak, Duration timeout, stream::CancelToken* cancel) {
    Endpoint& endpoint = *reached.lease.endpoint();
    const stream::Deadline deadline = loop.in(timeout);
    std::optional<stream::Socket> socket;
    if (traffic_->verifier && traffic_->verifier->refuses(endpoint, loop.now(), *traffic_->stats)) {
        co_return Fault::endpoints_unverified;  // whoever listens there is left alone
    }
    Fault fault = co_await reach_address(loop, endpoint, socket, deadline, cancel);
    // Held while it asks: a new configuration brings another one.
    const std::shared_ptr<const Verifier> verifier = traffic_->verifier;
    if (fault == Fault::none && verifier && !verifier->vouches_for(endpoint)) {
        const IpAddress own = own_address(socket->fd());
        fault = co_await verifier->verify(loop, endpoint, own, *traffic_->stats, cancel);
    }
    if (fault == Fault::none) {
        fault = still_there(endpoint);
    }
    if (fault != Fault::none) {
        co_return fault;
    }
    stream::Stream stream{std::move(*socket)};
    if (!prologue.empty() || tls_) {
        fault = co_await introduce(stream, reached, prologue, speak, deadline, cancel);
        fault = fault == Fault::none ? still_there(endpoint) : fault;
        if (fault != Fault::none) {
            co_return fault;
        }
    }
    reached.lease.connection = std::make_unique<Connection>(std::move(stream));
    reached.lease.connection->personal = !prologue.empty();
    co_return Fault::none;
}

// The endpoint may have left while the connection was made, because another task has its address.
Fault Connector::still_there(const Endpoint& endpoint) {
    if (endpoint.listed()) {
        return Fault::none;
    }
    traffic_->stats->add(ServiceEvent::connects_retired);
    return Fault::endpoint_moved;
}

// To a task a connection is begun anew, on a socket of its own, before the kernel repeats its SYN:
// the repeated one could be answered by whoever has the address by then.
Task<Fault> Connector::reach_address(stream::Loop& loop, const Endpoint& endpoint,
                                     std::optional<stream::Socket>& socket,
                                     stream::Deadline deadline, stream::CancelToken* cancel) {
    for (;;) {
        const auto begun = stream::Deadline::Clock::now();
        const stream::Deadline attempt =
            endpoint.task().empty() ? deadline : std::min(deadline, loop.in(kAttemptMax));
        const Fault fault = co_await open(loop, endpoint.address(), socket, attempt, cancel);
        const bool late =
            !endpoint.task().empty() && stream::Deadline::Clock::now() - begun >= kSynRepeated;
        if (fault != Fault::origin_connect_timeout && !(fault == Fault::none && late)) {
            co_return fault;
        }
        if (!endpoint.listed()) {
            co_return Fault::none;  // still_there() says so
        }
        if (deadline.passed(loop.now())) {
            co_return Fault::origin_connect_timeout;
        }
        traffic_->stats->add(ServiceEvent::connects_repeated);
    }
}

// One attempt.
Task<Fault> Connector::open(stream::Loop& loop, const SocketAddress& address,
                            std::optional<stream::Socket>& socket, stream::Deadline deadline,
                            stream::CancelToken* cancel) {
    stream::Connected started = stream::start_connect(address);
    if (started.error != 0) {
        co_return Fault::origin_refused;
    }
    socket.emplace(loop, std::move(started.fd));
    if (started.in_progress) {
        const stream::CancelToken::Wait named{cancel, *socket};
        const stream::Wake wake = co_await socket->writable(deadline);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::origin_connect_timeout
                                                    : Fault::shutdown_deadline;
        }
        if (socket_error(socket->fd()) != 0) {
            co_return Fault::origin_refused;
        }
    }
    co_return Fault::none;
}

// What comes before HTTP: who the client is, and the TLS handshake.
Task<Fault> Connector::introduce(stream::Stream& stream, Reached& reached,
                                 std::string_view prologue, tls::Speak speak,
                                 stream::Deadline deadline, stream::CancelToken* cancel) {
    const stream::CancelToken::Wait named{cancel, stream.socket()};
    if (!prologue.empty()) {
        const stream::End end =
            co_await stream.write(prologue, stream.socket().loop().left(deadline));
        if (end != stream::End::none) {
            co_return end == stream::End::cancelled ? Fault::shutdown_deadline
                                                    : Fault::origin_refused;
        }
    }
    if (!tls_) {
        co_return Fault::none;
    }
    co_return co_await secure(stream, speak, deadline, reached);
}

Task<Fault> Connector::secure(stream::Stream& stream, tls::Speak speak, stream::Deadline deadline,
                              Reached& reached) {
    const std::shared_ptr<Endpoint>& endpoint = reached.lease.endpoint();
    stream.begin_tls(tls_->begin(stream.socket().fd(), config_->tls.server_name,
                                 endpoint->address().address, endpoint->tickets(), speak));
    const stream::End end = co_await stream.handshake(deadline);
    const tls::Session& session = *stream.tls();
    Fault fault = session.distrusted() ? Fault::origin_untrusted : Fault::origin_tls_failed;
    std::string_view trouble = session.trouble();
    if (end == stream::End::none && !tls_->agreed(session, speak)) {
        trouble = "it does not agree to the service's protocol";
        fault = Fault::origin_wrong_protocol;
    } else if (end == stream::End::none) {
        fault = Fault::none;
    } else if (end == stream::End::timeout) {
        trouble = "the handshake took too long";
        fault = Fault::origin_connect_timeout;
    } else if (end == stream::End::cancelled) {
        co_return Fault::shutdown_deadline;  // nothing was learnt about the endpoint
    }
    if (endpoint->note_trouble(trouble)) {
        reached.news = endpoint;
    }
    reached.trouble = trouble;
    co_return fault;
}

}  // namespace portcullis::origin
