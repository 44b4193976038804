#include "tests/kernel/support/wire.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace portcullis::test {

namespace {

constexpr std::size_t kBatch = 256;

[[noreturn]] void refuse(const std::string& what) {
    throw std::runtime_error{what + ": " + std::strerror(errno)};
}

using Head = std::array<std::uint8_t, 14>;  // target, source, ethertype

Head head_of(const Octets& packet, const Mac& source, const Mac& target) {
    Head head{};
    std::copy(target.begin(), target.end(), head.begin());
    std::copy(source.begin(), source.end(), head.begin() + 6);
    const std::uint16_t ethertype = packet.at(0) >> 4U == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6;
    head[12] = static_cast<std::uint8_t>(ethertype >> 8U);
    head[13] = static_cast<std::uint8_t>(ethertype);
    return head;
}

}  // namespace

Wire::Wire(const NetNamespace& from, const std::string& interface) {
    const Inside inside{from};
    socket_ = Fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};  // 0: receives nothing
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    if (!socket_ || ::ioctl(socket_.get(), SIOCGIFHWADDR, &request) != 0) {
        refuse("cannot send frames from " + interface);
    }
    std::copy_n(request.ifr_hwaddr.sa_data, source_.size(), source_.begin());
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        refuse("cannot bind to " + interface);
    }
}

void Wire::send(std::span<const Octets> packets, const Mac& target) {
    while (!packets.empty()) {
        const std::size_t count = std::min(packets.size(), kBatch);
        send_batch(packets.first(count), target);
        packets = packets.subspan(count);
    }
}

void Wire::send(const Packet& packet, const Mac& target) {
    const Octets bytes = bytes_of(packet);
    send({&bytes, 1}, target);
}

void Wire::send_batch(std::span<const Octets> packets, const Mac& target) {
    std::vector<Head> heads;
    heads.reserve(packets.size());
    std::vector<std::array<iovec, 2>> parts(packets.size());
    std::vector<mmsghdr> messages(packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        heads.push_back(head_of(packets[i], source_, target));
        parts[i] = {iovec{heads[i].data(), heads[i].size()},
                    iovec{const_cast<std::uint8_t*>(packets[i].data()), packets[i].size()}};
        messages[i].msg_hdr.msg_iov = parts[i].data();
        messages[i].msg_hdr.msg_iovlen = parts[i].size();
    }
    std::size_t sent = 0;
    while (sent < messages.size()) {
        const int taken = ::sendmmsg(socket_.get(), &messages[sent],
                                     static_cast<unsigned>(messages.size() - sent), 0);
        if (taken > 0) {
            sent += static_cast<std::size_t>(taken);
        } else if (errno != EINTR && errno != ENOBUFS) {
            refuse("cannot send a frame");
        }
    }
}

}  // namespace portcullis::test
