#include "base/fd.h"
#include "firewall/netlink/features.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <string>

namespace portcullis::firewall {
namespace {

sockaddr_storage loopback(int family) {
    sockaddr_storage storage{};
    storage.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET) {
        reinterpret_cast<sockaddr_in*>(&storage)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        reinterpret_cast<sockaddr_in6*>(&storage)->sin6_addr = in6addr_loopback;
    }
    return storage;
}

// The window scale of a listener's SYN-ACK, as the client that got it keeps it. The kernel computes
// it from tcp_rmem, rmem_max and more, differently from version to version; so it is asked, not
// guessed.
std::optional<std::uint8_t> wscale(int family) {
    sockaddr_storage address = loopback(family);
    socklen_t length = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    auto* name = reinterpret_cast<sockaddr*>(&address);
    const Fd listener{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const Fd client{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const timeval patience{2, 0};  // also of connect(2)
    if (!listener || !client ||
        ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
        ::bind(listener.get(), name, length) != 0 || ::listen(listener.get(), 1) != 0 ||
        ::getsockname(listener.get(), name, &length) != 0 ||
        ::connect(client.get(), name, length) != 0) {
        return std::nullopt;
    }
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(client.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        (info.tcpi_options & TCPI_OPT_WSCALE) == 0) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(info.tcpi_snd_wscale);
}

// Kernels that count it check a final ACK's echoed timestamp, which synproxy's own gets wrong: its
// client would wait for ever for a server that speaks first.
bool rejects_timestamps() {
    std::ifstream statistics{"/proc/net/netstat"};
    std::string word;
    while (statistics >> word) {
        if (word == "TSEcrRejected") {
            return true;
        }
    }
    return false;
}

}  // namespace

Answer<SynproxyFacts> probe_synproxy(const Features& features) {
    const std::optional<std::uint8_t> v4 = wscale(AF_INET);
    if (!v4) {
        return unreachable("cannot see how a listener of this machine answers", errno);
    }
    SynproxyFacts facts;
    facts.available = features.synproxy;
    facts.timestamps = !rejects_timestamps();
    facts.wscale4 = *v4;
    facts.wscale6 = wscale(AF_INET6).value_or(*v4);  // a machine without IPv6 proxies none
    return facts;
}

}  // namespace portcullis::firewall
