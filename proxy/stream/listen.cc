#include "proxy/stream/listen.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace portcullis::stream {
namespace {

constexpr int kBacklog = 4096;  // the kernel cuts it to net.core.somaxconn
// A client that has vanished without a word (its machine is off, its network gone) is noticed after
// three minutes of silence, however long streams and tunnels may be silent: seconds until it is
// asked, between two questions, and how many of them. Not more often: each wakes a phone's radio.
constexpr int kKeepaliveIdle = 120;
constexpr int kKeepaliveInterval = 15;
constexpr int kKeepaliveQuestions = 4;

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
    // What follows is inherited by what is accepted.
    const auto set = [&socket](int level, int option, int value) {
        ::setsockopt(socket.get(), level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdle);
    set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveInterval);
    set(IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveQuestions);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
        if (errno == EADDRINUSE) {
            return failure("port " + std::to_string(address.port) + " on " +
                           address.address.text() +
                           " is taken by another process ('ss -ltnp' shows which)");
        }
        if (errno == EACCES) {
            return failure("cannot listen on " + address.text() +
                           ": Permission denied; that takes root or CAP_NET_BIND_SERVICE, which a "
                           "process that was started by an upgrade does not have: an address that "
                           "is new in 'listen' takes a restart");
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
