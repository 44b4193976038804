#include "tests/kernel/support/client.h"

#include "tests/kernel/support/packet.h"
#include "tests/kernel/support/services.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <poll.h>
#include <span>
#include <unistd.h>

namespace portcullis::test {

namespace {

constexpr Timeout kAskAgain = 200ms;
constexpr std::string_view kQuestion = "is anybody there?";

bool ready(int fd, short events, Timeout timeout) {
    pollfd polled{fd, events, 0};
    return ::poll(&polled, 1, static_cast<int>(timeout.count())) == 1;
}

int family_of(const IpAddress& address) {
    return address.is_v4() ? AF_INET : AF_INET6;
}

bool connect(int fd, const SocketAddress& to) {
    sockaddr_storage address{};
    const socklen_t size = to.to(address);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0;
}

template <class Answered>
bool ask(int fd, std::span<const std::uint8_t> question, Timeout timeout, Answered answered) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    do {
        ::send(fd, question.data(), question.size(), MSG_NOSIGNAL);
        while (ready(fd, POLLIN, kAskAgain)) {
            std::array<std::uint8_t, 2'048> buffer{};
            const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
            if (count >= 0 && answered(std::span{buffer}.first(static_cast<std::size_t>(count)))) {
                return true;
            }
        }
    } while (std::chrono::steady_clock::now() < deadline);
    return false;
}

}  // namespace

Connection::Connection(const NetNamespace& from, const SocketAddress& to, Timeout timeout) {
    const Inside inside{from};
    socket_ = Fd{::socket(family_of(to.address), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!connect(socket_.get(), to) && !ready(socket_.get(), POLLOUT, timeout)) {
        return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    open_ = ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

bool Connection::hears(std::string_view words, Timeout timeout) {
    std::string heard;
    while (heard.size() < words.size() && ready(socket_.get(), POLLIN, timeout)) {
        std::array<char, 2'048> buffer{};
        const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            return false;
        }
        heard.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return heard == words;
}

bool Connection::echoes(std::string_view words, Timeout timeout) {
    say(words);
    return open_ && hears(words, timeout);
}

bool Connection::greets(Timeout timeout) {
    return open_ && hears(kGreeting, timeout);
}

void Connection::say(std::string_view words) const {
    ::send(socket_.get(), words.data(), words.size(), MSG_NOSIGNAL);
}

bool tcp_answers(const NetNamespace& from, const SocketAddress& to, Timeout timeout) {
    return Connection{from, to, timeout}.echoes(kQuestion, timeout);
}

bool udp_answers(const NetNamespace& from, const SocketAddress& to, Timeout timeout) {
    const Inside inside{from};
    const Fd socket{::socket(family_of(to.address), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    connect(socket.get(), to);
    const Octets question{kQuestion.begin(), kQuestion.end()};
    return ask(socket.get(), question, timeout, [&](std::span<const std::uint8_t> answer) {
        return std::equal(answer.begin(), answer.end(), question.begin(), question.end());
    });
}

bool ping_answers(const NetNamespace& from, const IpAddress& to, Timeout timeout) {
    const Inside inside{from};
    const bool v4 = to.is_v4();
    const Fd socket{::socket(family_of(to), SOCK_RAW | SOCK_CLOEXEC, v4 ? kIcmp : kIcmp6)};
    connect(socket.get(), {to, 0});
    // The kernel fills in ICMPv6's checksum, and leaves that of ICMP to us.
    const Octets head = bytes_of(Packet{.source = IpAddress::v4(0),
                                        .target = IpAddress::v4(0),
                                        .protocol = kIcmp,
                                        .transport = icmp(v4 ? 8 : 128, 0, {0x70, 0x63, 0, 1})});
    const Octets question{head.begin() + 20, head.end()};
    return ask(socket.get(), question, timeout, [v4](std::span<const std::uint8_t> answer) {
        const std::size_t at = v4 ? 20 : 0;  // a raw IPv4 socket gives the IP header as well
        return answer.size() >= at + 8 && answer[at] == (v4 ? 0 : 129) && answer[at + 4] == 0x70 &&
               answer[at + 5] == 0x63;
    });
}

}  // namespace portcullis::test
