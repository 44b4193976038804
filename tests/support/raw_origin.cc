#include "tests/support/raw_origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <stdexcept>

namespace portcullis::test {

namespace {

constexpr Timeout kTick = 20ms;  // how often a blocked thread looks whether the origin is stopping

sockaddr_in at(in_addr_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

Fd bound_socket(std::uint16_t port, in_addr_t host = INADDR_LOOPBACK) {
    Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const sockaddr_in address = at(host, port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error{std::string{"cannot bind: "} + std::strerror(errno)};
    }
    return socket;
}

std::uint16_t port_of(const Fd& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

bool readable(int fd) {
    pollfd entry{fd, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(kTick.count())) > 0;
}

std::size_t content_length(const std::string& head) {
    const std::size_t at = head.find("ontent-");
    if (at == std::string::npos || ::strncasecmp(head.c_str() + at, "ontent-length:", 14) != 0) {
        return 0;
    }
    return std::strtoul(head.c_str() + at + 14, nullptr, 10);
}

}  // namespace

RawOrigin::RawOrigin(Script script, std::uint16_t port, Reach reach)
    : script_{std::move(script)},
      listener_{bound_socket(port, reach == Reach::everywhere ? INADDR_ANY : INADDR_LOOPBACK)} {
    port_ = port_of(listener_);
    ::listen(listener_.get(), SOMAXCONN);  // a burst of connections must not wait for the acceptor
    acceptor_ = std::thread{[this] { accept_all(); }};
}

RawOrigin::~RawOrigin() {
    stopping_ = true;
    acceptor_.join();
    for (Connection& connection : connections_) {
        connection.thread_.join();
    }
}

void RawOrigin::accept_all() {
    while (!stopping_) {
        if (!readable(listener_.get())) {
            continue;
        }
        Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!socket) {
            continue;
        }
        const std::lock_guard lock{mutex_};
        const int number = static_cast<int>(connections_.size());
        Connection& connection = connections_.emplace_back();
        connection.origin_ = this;
        connection.number_ = number;
        connection.socket_ = std::move(socket);
        connection.thread_ = std::thread{[this, &connection] {
            script_(connection);
            connection.socket_.reset();
        }};
    }
}

int RawOrigin::connections() const {
    const std::lock_guard lock{mutex_};
    return static_cast<int>(connections_.size());
}

std::vector<std::string> RawOrigin::received() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> result;
    for (const Connection& connection : connections_) {
        result.push_back(connection.received_);
    }
    return result;
}

bool RawOrigin::Connection::receive() {
    while (socket_ && !readable(socket_.get())) {
        if (origin_->stopping_) {
            return false;
        }
    }
    std::array<char, 65536> bytes;
    const ssize_t size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (size <= 0) {
        return false;
    }
    const std::string_view piece{bytes.data(), static_cast<std::size_t>(size)};
    buffer_ += piece;
    const std::lock_guard lock{origin_->mutex_};
    received_ += piece;
    return true;
}

std::string RawOrigin::Connection::read_head() {
    while (buffer_.find("\r\n\r\n") == std::string::npos && receive()) {
    }
    const std::size_t at = buffer_.find("\r\n\r\n");
    return read(at == std::string::npos ? buffer_.size() : at + 4);
}

std::string RawOrigin::Connection::read(std::size_t size) {
    while (buffer_.size() < size && receive()) {
    }
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, taken.size());
    return taken;
}

std::string RawOrigin::Connection::read_to_end() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
}

bool RawOrigin::Connection::send(std::string_view bytes) {
    while (!bytes.empty() && !origin_->stopping_) {
        pollfd entry{socket_.get(), POLLOUT, 0};
        if (::poll(&entry, 1, static_cast<int>(kTick.count())) == 0) {
            continue;
        }
        const ssize_t sent =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) {
            return false;
        }
        bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    }
    return bytes.empty();
}

bool RawOrigin::Connection::send_slowly(std::string_view bytes, std::size_t piece,
                                        Timeout after_each) {
    while (!bytes.empty()) {
        if (!send(bytes.substr(0, piece))) {
            return false;
        }
        bytes.remove_prefix(std::min(piece, bytes.size()));
        pause(after_each);
    }
    return true;
}

void RawOrigin::Connection::pause(Timeout time) {
    eventually([this] { return origin_->stopping_.load(); }, time);
}

void RawOrigin::Connection::hang() {
    const auto gone = [this] {
        char byte = 0;
        const ssize_t size = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return size == 0 || (size < 0 && errno != EAGAIN);
    };
    while (!origin_->stopping_ && !eventually(gone, kTick)) {
    }
}

void RawOrigin::Connection::shutdown_write() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void RawOrigin::Connection::reset() {
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.reset();
}

std::string answer(std::string_view body, std::string_view status, std::string_view headers) {
    return "HTTP/1.1 " + std::string{status} +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string{headers} +
           "\r\n" + std::string{body};
}

RawOrigin::Script always(std::string bytes) {
    return [bytes = std::move(bytes)](RawOrigin::Connection& connection) {
        for (std::string head; !(head = connection.read_head()).empty();) {
            connection.read(content_length(head));
            if (!connection.send(bytes)) {
                return;
            }
        }
    };
}

RefusingPort::RefusingPort() : socket_{bound_socket(0)}, port_{port_of(socket_)} {}

SilentPort::SilentPort() : listener_{bound_socket(0)}, port_{port_of(listener_)} {
    ::listen(listener_.get(), 0);
    const sockaddr_in address = at(INADDR_LOOPBACK, port_);
    // A queue of length 0 holds one connection; a few more make sure of it whatever the kernel
    // rounds to.
    for (int i = 0; i < 4; ++i) {
        Fd& filler =
            fillers_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(filler.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
}

}  // namespace portcullis::test
