#include "firewall/netlink/socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kDatagramMax = 128U << 10U;  // the kernel's dumps come in pieces of 32 KiB
constexpr std::size_t kSendOverhead = 4096;        // netlink counts its own bookkeeping as sent
constexpr int kAnswerBytes = 4 << 20;              // answers to a batch whose every rule is wrong

// The port the kernel gave it; nothing unless it is a netlink socket.
Answer<std::uint32_t> port_of(int fd) {
    sockaddr_nl address{};
    socklen_t length = sizeof(address);
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        return unreachable("cannot ask a netlink socket for its port", errno);
    }
    if (address.nl_family != AF_NETLINK) {
        return unreachable("not a netlink socket", EPROTOTYPE);
    }
    return address.nl_pid;
}

}  // namespace

Answer<Socket> Socket::open() {
    return open(NETLINK_NETFILTER, 0);
}

Answer<Socket> Socket::open(int protocol, std::uint32_t groups) {
    Fd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (!fd ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        return unreachable("cannot open a netlink socket", errno);
    }
    const Answer<std::uint32_t> port = port_of(fd.get());
    if (!port) {
        return port.error();
    }
    // An error's answer repeats its request, and with it megabytes of elements, unless told not to.
    const int on = 1;
    ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
    Socket opened{std::move(fd), *port};
    opened.want_receive_buffer(kAnswerBytes);
    return opened;
}

Answer<Socket> Socket::adopt(Fd fd) {
    const Answer<std::uint32_t> port = port_of(fd.get());
    if (!port) {
        return port.error();
    }
    int protocol = -1;
    socklen_t length = sizeof(protocol);
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_PROTOCOL, &protocol, &length) != 0 ||
        protocol != NETLINK_NETFILTER) {
        return unreachable("not a netlink socket of nf_tables", EPROTOTYPE);
    }
    Socket adopted{std::move(fd), *port};
    // What an earlier life asked for and did not read is no answer to anything of ours.
    for (Answer<Datagram> old = adopted.try_receive(); old && !old->empty();) {
        old = adopted.try_receive();
    }
    return adopted;
}

void Socket::want_receive_buffer(int bytes) {
    if (::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0) {
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    }
}

Answer<void> Socket::send(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > send_bytes_) {
        const int wanted = static_cast<int>(bytes.size() + kSendOverhead);
        if (::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof(wanted)) != 0) {
            ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted));
        }
        send_bytes_ = bytes.size();
    }
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    ssize_t sent = 0;
    do {
        sent = ::sendto(fd_.get(), bytes.data(), bytes.size(), 0,
                        reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel));
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return unreachable("cannot send to the kernel", errno);
    }
    return {};
}

Answer<Datagram> Socket::try_receive() {
    // Kept, because fresh memory of this size costs more than what is received into it.
    thread_local Datagram room(kDatagramMax);
    ssize_t got = 0;
    do {
        got = ::recv(fd_.get(), room.data(), room.size(), MSG_DONTWAIT | MSG_TRUNC);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return Datagram{};
    }
    if (got < 0) {
        return unreachable("cannot receive from the kernel", errno);
    }
    if (static_cast<std::size_t>(got) > room.size()) {
        return unreachable("an answer of the kernel is too long", EMSGSIZE);
    }
    return Datagram(room.begin(), room.begin() + got);
}

Answer<Datagram> Socket::receive() {
    Answer<Datagram> datagram = try_receive();
    if (!datagram || !datagram->empty()) {
        return datagram;
    }
    pollfd readable{fd_.get(), POLLIN, 0};
    const int milliseconds = static_cast<int>(std::chrono::milliseconds{kAnswerWithin}.count());
    int ready = 0;
    do {
        ready = ::poll(&readable, 1, milliseconds);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        return unreachable("the kernel does not answer", ETIMEDOUT);
    }
    return try_receive();
}

}  // namespace portcullis::firewall
