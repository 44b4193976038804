#include "proxy/stream/listen.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace portcullis::stream {
namespace {

constexpr int kBacklog = 4096;  // the kernel cuts it to net.core.somaxconn

Result<Fd> bind_socket(const SocketAddress& address, bool share) {
    sockaddr_storage storage{};
    socklen_t length = address.to(storage);
    Fd socket{::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket && errno == EAFNOSUPPORT && address.address == IpAddress{}) {
        length = SocketAddress{IpAddress::v4(0), address.port}.to(storage);
        socket.reset(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }
    if (!socket) {
        return errno_error("cannot make a socket for " + address.text());
    }
    const int on = 1;
    const int off = 0;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (share) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    if (storage.ss_family == AF_INET6) {
        ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on,
                 sizeof on);  // inherited by what is accepted
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
        if (errno == EADDRINUSE) {
            return failure("port " + std::to_string(address.port) + " on " +
                           address.address.text() +
                           " is taken by another process ('ss -ltnp' shows which)");
        }
        return errno_error("cannot listen on " + address.text());
    }
    return socket;
}

}  // namespace

Result<Fd> listen_on(const SocketAddress& address) {
    Result<Fd> socket = bind_socket(address, true);
    if (socket && ::listen(socket->get(), kBacklog) != 0) {
        return errno_error("cannot listen on " + address.text());
    }
    return socket;
}

Result<void> check_free(const SocketAddress& address) {
    const Result<Fd> socket = bind_socket(address, false);
    if (!socket) {
        return socket.error();
    }
    return {};
}

std::optional<Accepted> accept_next(int listener) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    Fd fd{::accept4(listener, reinterpret_cast<sockaddr*>(&storage), &length,
                    SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!fd) {
        return std::nullopt;
    }
    return Accepted{std::move(fd),
                    SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage))};
}

}  // namespace portcullis::stream
