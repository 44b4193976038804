#include "firewall/netlink/listeners.h"

#include "firewall/netlink/attributes.h"
#include "firewall/netlink/message.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>

namespace portcullis::firewall {
namespace {

namespace fs = std::filesystem;

// nlmsghdr, inet_diag_req_v2
Datagram request_for(std::uint8_t family) {
    Datagram request(NLMSG_LENGTH(sizeof(inet_diag_req_v2)));
    auto* header = reinterpret_cast<nlmsghdr*>(request.data());
    header->nlmsg_len = static_cast<std::uint32_t>(request.size());
    header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    auto* wanted = static_cast<inet_diag_req_v2*>(NLMSG_DATA(header));
    wanted->sdiag_family = family;
    wanted->sdiag_protocol = IPPROTO_TCP;
    wanted->idiag_states = 1U << TCP_LISTEN;
    return request;
}

IpAddress address_of(const inet_diag_msg& found) {
    if (found.idiag_family == AF_INET) {
        return IpAddress::v4(ntohl(found.id.idiag_src[0]));
    }
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), found.id.idiag_src, bytes.size());
    return IpAddress::v6(bytes);
}

// inet_diag_msg { INET_DIAG_CGROUP_ID u64 (Linux 5.8) ... }
Listener listener_of(const nlmsghdr& message, const inet_diag_msg& found) {
    Listener listener{address_of(found), found.idiag_uid, found.idiag_inode, 0, {}};
    for_each_attribute(message, sizeof(inet_diag_msg), [&](const nlattr& attribute) {
        if (mnl_attr_get_type(&attribute) == INET_DIAG_CGROUP_ID) {
            listener.cgroup = number_of<std::uint64_t>(attribute);
        }
    });
    return listener;
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

// "socket:[4026]"
bool is_socket(std::string_view link, std::uint64_t& inode) {
    constexpr std::string_view opening = "socket:[";
    return link.starts_with(opening) && link.ends_with(']') &&
           parse_number(link.substr(opening.size(), link.size() - opening.size() - 1), inode);
}

// Processes come and go and most are not ours to look into: what cannot be read is passed over.
void find_processes(std::vector<Listener>& listeners) {
    std::error_code ignored;
    for (fs::directory_iterator process{"/proc", ignored}, end; process != end;
         process.increment(ignored)) {
        pid_t pid = 0;
        if (!parse_number(process->path().filename().native(), pid)) {
            continue;
        }
        std::error_code gone;
        for (fs::directory_iterator fd{process->path() / "fd", gone}, last; !gone && fd != last;
             fd.increment(gone)) {
            std::error_code closed;
            std::uint64_t inode = 0;
            const std::string link = fs::read_symlink(fd->path(), closed).native();
            if (closed || !is_socket(link, inode)) {
                continue;
            }
            for (Listener& listener : listeners) {
                if (listener.inode == inode &&
                    (listener.pids.empty() || listener.pids.back() != pid)) {
                    listener.pids.push_back(pid);
                }
            }
        }
    }
}

}  // namespace

Answer<std::vector<Listener>> listeners(std::uint16_t port) {
    Answer<Socket> socket = Socket::open(NETLINK_SOCK_DIAG, 0);
    if (!socket) {
        return socket.error();
    }
    std::vector<Listener> found;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        const Answer<void> asked =
            ask(*socket, "list the listening sockets", request_for(family),
                [&](const nlmsghdr& message) {
                    if (mnl_nlmsg_get_payload_len(&message) < sizeof(inet_diag_msg)) {
                        return;
                    }
                    const auto* one =
                        static_cast<const inet_diag_msg*>(mnl_nlmsg_get_payload(&message));
                    if (ntohs(one->id.idiag_sport) == port && one->idiag_state == TCP_LISTEN) {
                        found.push_back(listener_of(message, *one));
                    }
                });
        if (!asked) {
            return asked.error();
        }
    }
    if (!found.empty()) {
        find_processes(found);
    }
    return found;
}

}  // namespace portcullis::firewall
