#include "tests/kernel/support/services.h"

#include "config/types/address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

namespace portcullis::test {

struct Services::Open {
    enum class Kind { stop, listener, greeting_listener, udp, connection };

    struct One {
        Fd fd;
        Kind kind;
    };

    std::vector<One> all;
};

namespace {

// On :: and so for IPv4 too. A UDP answer must leave from the address that was asked, which is the
// only one that the route back would choose on the machines of these tests.
Fd bound(int type, std::uint16_t port) {
    Fd fd{::socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int off = 0;
    const int on = 1;
    sockaddr_storage address{};
    const socklen_t size = SocketAddress{IpAddress{}, port}.to(address);
    if (!fd || ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0 ||
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
        throw std::runtime_error{"cannot serve port " + std::to_string(port) + ": " +
                                 std::strerror(errno)};
    }
    return fd;
}

Fd listening(std::uint16_t port, int backlog) {
    Fd fd = bound(SOCK_STREAM, port);
    ::listen(fd.get(), backlog);
    return fd;
}

void echo_datagrams(int fd) {
    std::array<char, 2'048> buffer{};
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    for (ssize_t count = 0; (count = ::recvfrom(fd, buffer.data(), buffer.size(), 0,
                                                reinterpret_cast<sockaddr*>(&from), &size)) >= 0;
         size = sizeof from) {
        ::sendto(fd, buffer.data(), static_cast<std::size_t>(count), 0,
                 reinterpret_cast<const sockaddr*>(&from), size);
    }
}

// False when the connection is over.
bool echo_stream(int fd) {
    std::array<char, 16'384> buffer{};
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        return ::send(fd, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR);
}

}  // namespace

Services::Services(const NetNamespace& machine, const Ports& ports) {
    const Inside inside{machine};
    std::array<int, 2> stop{};
    if (::pipe2(stop.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error{"cannot make a pipe"};
    }
    stop_read_.reset(stop[0]);
    stop_write_.reset(stop[1]);
    using Kind = Open::Kind;
    Open open;
    open.all.push_back({Fd{::dup(stop_read_.get())}, Kind::stop});
    for (const std::uint16_t port : ports.tcp) {
        open.all.push_back({listening(port, ports.backlog), Kind::listener});
    }
    for (const std::uint16_t port : ports.tcp_greeting) {
        open.all.push_back({listening(port, ports.backlog), Kind::greeting_listener});
    }
    for (const std::uint16_t port : ports.udp) {
        open.all.push_back({bound(SOCK_DGRAM, port), Kind::udp});
    }
    thread_ = std::thread{[this, open = std::move(open)]() mutable { serve(std::move(open)); }};
}

Services::~Services() {
    stop_write_.reset();
    thread_.join();
}

void Services::serve(Open open) const {
    using Kind = Open::Kind;
    for (;;) {
        std::vector<pollfd> polled;
        for (const Open::One& one : open.all) {
            polled.push_back({one.fd.get(), POLLIN, 0});
        }
        ::poll(polled.data(), polled.size(), -1);
        std::vector<Open::One> next;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            Open::One& one = open.all[i];
            if (polled[i].revents != 0) {
                if (one.kind == Kind::stop) {
                    return;
                }
                if (one.kind == Kind::udp) {
                    echo_datagrams(one.fd.get());
                } else if (one.kind == Kind::connection) {
                    if (!echo_stream(one.fd.get())) {
                        continue;
                    }
                } else if (Fd accepted{::accept4(one.fd.get(), nullptr, nullptr,
                                                 SOCK_CLOEXEC | SOCK_NONBLOCK)}) {
                    if (one.kind == Kind::greeting_listener) {
                        ::send(accepted.get(), kGreeting.data(), kGreeting.size(), MSG_NOSIGNAL);
                    }
                    next.push_back({std::move(accepted), Kind::connection});
                }
            }
            next.push_back(std::move(one));
        }
        open.all = std::move(next);
    }
}

}  // namespace portcullis::test
