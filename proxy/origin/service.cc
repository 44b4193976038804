#include "proxy/origin/service.h"

#include <sys/socket.h>

#include <algorithm>

namespace portcullis::origin {
namespace {

int socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

}  // namespace

Task<Reached> Service::reach(stream::Loop& loop) {
    if (endpoints_.empty()) {
        co_return Reached{{}, Fault::no_endpoint};
    }
    const std::size_t first = pick(
        config_->balance, endpoints_.size(),
        [this](std::size_t i) { return endpoints_[i]->active(); }, rotation_);
    Reached reached;
    const std::size_t tries = std::min(endpoints_.size(), kConnectTries);
    for (std::size_t attempt = 0; attempt < tries; ++attempt) {
        reached.lease = Lease{endpoints_[(first + attempt) % endpoints_.size()]};
        reached.lease.connection = reached.lease.endpoint()->take_idle();
        reached.fault = Fault::none;
        if (!reached.lease.connection) {
            reached.fault = co_await connect(loop, reached.lease);
        }
        if (reached.fault == Fault::none) {
            break;
        }
    }
    co_return reached;
}

Task<Reached> Service::reach_anew(stream::Loop& loop, std::shared_ptr<Endpoint> endpoint) {
    Reached reached{Lease{std::move(endpoint)}, Fault::none};
    reached.fault = co_await connect(loop, reached.lease);
    co_return reached;
}

Task<Fault> Service::connect(stream::Loop& loop, Lease& lease) {
    stream::Connected started = stream::start_connect(lease.endpoint()->address());
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
    lease.connection = std::make_unique<Connection>(stream::Stream{std::move(socket)});
    co_return Fault::none;
}

}  // namespace portcullis::origin
