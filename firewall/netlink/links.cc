#include "firewall/netlink/links.h"

#include "firewall/netlink/attributes.h"
#include "firewall/netlink/message.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kAttempts = 3;
constexpr int kEventBytes = 1 << 20;

template <class Header>
Datagram dump_of(std::uint16_t type, std::uint8_t family) {
    Datagram request(NLMSG_LENGTH(sizeof(Header)));
    auto* header = reinterpret_cast<nlmsghdr*>(request.data());
    header->nlmsg_len = static_cast<std::uint32_t>(request.size());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request[NLMSG_HDRLEN] = family;  // the first field of ifinfomsg and rtmsg
    return request;
}

// ifinfomsg { IFLA_IFNAME string, IFLA_MASTER u32, IFLA_LINKINFO { IFLA_INFO_KIND string } }
Interface interface_of(const nlmsghdr& message) {
    const auto* info = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    Interface interface;
    interface.index = static_cast<std::uint32_t>(info->ifi_index);
    interface.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
    for_each_attribute(message, sizeof(ifinfomsg), [&](const nlattr& attribute) {
        switch (mnl_attr_get_type(&attribute)) {
            case IFLA_IFNAME:
                interface.name = text_of(attribute);
                break;
            case IFLA_MASTER:
                interface.master = number_of<std::uint32_t>(attribute);
                break;
            case IFLA_LINKINFO:
                for_each_nested(attribute, [&](const nlattr& part) {
                    if (mnl_attr_get_type(&part) == IFLA_INFO_KIND) {
                        interface.kind = text_of(part);
                    }
                });
                break;
            default:
                break;
        }
    });
    return interface;
}

bool is_default_route(const nlmsghdr& message) {
    if (mnl_nlmsg_get_payload_len(&message) < sizeof(rtmsg)) {
        return false;
    }
    const auto* route = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
    return route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST;
}

// RTA_OIF u32, or RTA_MULTIPATH: rtnexthops, each with an index of its own.
void take_interfaces(const nlmsghdr& message, std::set<std::uint32_t>& indexes) {
    for_each_attribute(message, sizeof(rtmsg), [&](const nlattr& attribute) {
        if (mnl_attr_get_type(&attribute) == RTA_OIF) {
            indexes.insert(number_of<std::uint32_t>(attribute));
        } else if (mnl_attr_get_type(&attribute) == RTA_MULTIPATH) {
            int left = mnl_attr_get_payload_len(&attribute);
            const auto* hop = static_cast<const rtnexthop*>(mnl_attr_get_payload(&attribute));
            while (left >= static_cast<int>(sizeof(rtnexthop)) &&
                   hop->rtnh_len >= sizeof(rtnexthop) && hop->rtnh_len <= left) {
                indexes.insert(static_cast<std::uint32_t>(hop->rtnh_ifindex));
                left -= static_cast<int>(RTNH_ALIGN(hop->rtnh_len));
                hop = reinterpret_cast<const rtnexthop*>(
                    reinterpret_cast<const std::uint8_t*>(hop) + RTNH_ALIGN(hop->rtnh_len));
            }
        }
    });
}

Answer<std::vector<Interface>> list_once(Socket& socket) {
    std::vector<Interface> interfaces;
    Answer<void> asked =
        ask(socket, "list the interfaces", dump_of<ifinfomsg>(RTM_GETLINK, AF_UNSPEC),
            [&](const nlmsghdr& message) {
                if (message.nlmsg_type == RTM_NEWLINK) {
                    interfaces.push_back(interface_of(message));
                }
            });
    std::set<std::uint32_t> leading_out;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        if (asked) {
            asked = ask(socket, "list the routes", dump_of<rtmsg>(RTM_GETROUTE, family),
                        [&](const nlmsghdr& message) {
                            if (message.nlmsg_type == RTM_NEWROUTE && is_default_route(message)) {
                                take_interfaces(message, leading_out);
                            }
                        });
        }
    }
    if (!asked) {
        return asked.error();
    }
    for (Interface& interface : interfaces) {
        interface.default_route = leading_out.contains(interface.index);
    }
    std::sort(interfaces.begin(), interfaces.end(),
              [](const Interface& a, const Interface& b) { return a.index < b.index; });
    return interfaces;
}

bool is_change(const nlmsghdr& message) {
    switch (message.nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK:
            return true;
        case RTM_NEWROUTE:
        case RTM_DELROUTE:
            return is_default_route(message);
        default:
            return false;
    }
}

}  // namespace

Answer<Links> Links::open() {
    Answer<Socket> events =
        Socket::open(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
    if (!events) {
        return events.error();
    }
    events->want_receive_buffer(kEventBytes);
    Answer<Socket> requests = Socket::open(NETLINK_ROUTE, 0);
    if (!requests) {
        return requests.error();
    }
    return Links{std::move(*events), std::move(*requests)};
}

Answer<bool> Links::changed() {
    bool change = false;
    for (;;) {
        const Answer<Datagram> datagram = events_.try_receive();
        if (!datagram && datagram.error().number == ENOBUFS) {
            change = true;
            continue;
        }
        if (!datagram) {
            return datagram.error();
        }
        if (datagram->empty()) {
            return change;
        }
        for_each_message(*datagram,
                         [&](const nlmsghdr& message) { change = change || is_change(message); });
    }
}

Answer<std::vector<Interface>> Links::list() {
    Answer<std::vector<Interface>> interfaces = list_once(requests_);
    for (int attempt = 1;
         attempt < kAttempts && !interfaces && interfaces.error().fault == KernelFault::restless;
         ++attempt) {
        interfaces = list_once(requests_);
    }
    return interfaces;
}

}  // namespace portcullis::firewall
