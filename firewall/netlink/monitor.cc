#include "firewall/netlink/monitor.h"

#include "firewall/netlink/attributes.h"
#include "firewall/netlink/elements.h"
#include "firewall/netlink/message.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kEventBytes = 8 << 20;
constexpr std::uint16_t kTableName = NFTA_CHAIN_TABLE;

// Every kind of message names its table by the same number.
static_assert(NFTA_TABLE_NAME == kTableName && NFTA_RULE_TABLE == kTableName &&
              NFTA_SET_TABLE == kTableName && NFTA_SET_ELEM_LIST_TABLE == kTableName &&
              NFTA_OBJ_TABLE == kTableName && NFTA_FLOWTABLE_TABLE == kTableName);

std::string_view name_of(std::uint8_t family) {
    switch (family) {
        case NFPROTO_INET:
            return "inet";
        case NFPROTO_IPV4:
            return "ip";
        case NFPROTO_IPV6:
            return "ip6";
        case NFPROTO_ARP:
            return "arp";
        case NFPROTO_BRIDGE:
            return "bridge";
        case NFPROTO_NETDEV:
            return "netdev";
        default:
            return "other";
    }
}

std::uint8_t family_of(const nlmsghdr& message) {
    return static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(&message))->nfgen_family;
}

void take_hook(const nlattr& nest, Hooked& hooked) {
    for_each_nested(nest, [&](const nlattr& part) {
        const std::uint32_t number = ntohl(number_of<std::uint32_t>(part));
        if (mnl_attr_get_type(&part) == NFTA_HOOK_HOOKNUM) {
            hooked.hook = number;
        } else if (mnl_attr_get_type(&part) == NFTA_HOOK_PRIORITY) {
            hooked.priority = static_cast<int>(number);
        }
    });
}

void take_object(const nlmsghdr& message, std::uint16_t type, RulesetChange& change) {
    Hooked hooked;
    hooked.family = name_of(family_of(message));
    bool is_hooked = false;
    for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
        const std::uint16_t kind = mnl_attr_get_type(&attribute);
        if (kind == kTableName) {
            hooked.table = text_of(attribute);
        } else if (type == NFT_MSG_NEWCHAIN && kind == NFTA_CHAIN_NAME) {
            hooked.chain = text_of(attribute);
        } else if (type == NFT_MSG_NEWCHAIN && kind == NFTA_CHAIN_HOOK) {
            is_hooked = true;
            take_hook(attribute, hooked);
        }
    });
    std::string table = fmt::format("{} {}", hooked.family, hooked.table);
    if (std::find(change.tables.begin(), change.tables.end(), table) == change.tables.end()) {
        change.tables.push_back(std::move(table));
    }
    if (is_hooked) {
        change.hooked.push_back(std::move(hooked));
    }
}

bool is_ours(const nlmsghdr& message) {
    bool ours = false;
    for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
        ours =
            ours || (mnl_attr_get_type(&attribute) == kTableName && text_of(attribute) == kTable);
    });
    return ours && family_of(message) == NFPROTO_INET;
}

// Only sets of addresses have keys that can be put right one by one.
std::size_t address_width(std::string_view set) {
    return set == kBannedAddresses4 ? 4U : set == kBannedAddresses6 ? 16U : 0U;
}

void take_elements(const nlmsghdr& message, RulesetChange& change) {
    std::string set;
    for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
        if (mnl_attr_get_type(&attribute) == NFTA_SET_ELEM_LIST_SET) {
            set = text_of(attribute);
        }
    });
    if (!is_ban_set(set)) {
        return;
    }
    auto touched = std::find_if(change.bans.begin(), change.bans.end(),
                                [&](const TouchedBans& one) { return one.set == set; });
    if (touched == change.bans.end()) {
        touched = change.bans.insert(touched, {set, {}, false});
    }
    const std::size_t width = address_width(set);
    std::vector<Mark> marks;
    const bool known = width > 0 && take_marks(message, {false, true, false, width}, marks);
    touched->more =
        touched->more || !known || touched->keys.size() + marks.size() > kTouchedKeysMax;
    for (Mark& mark : marks) {
        if (!touched->more) {
            touched->keys.push_back(mark.key);
        }
    }
}

void take_generation(const nlmsghdr& message, RulesetChange& change) {
    for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
        switch (mnl_attr_get_type(&attribute)) {
            case NFTA_GEN_ID:
                change.generation = ntohl(number_of<std::uint32_t>(attribute));
                break;
            case NFTA_GEN_PROC_PID:
                change.pid = static_cast<pid_t>(ntohl(number_of<std::uint32_t>(attribute)));
                break;
            case NFTA_GEN_PROC_NAME:
                change.command = text_of(attribute);
                break;
            default:
                break;
        }
    });
}

}  // namespace

Answer<Monitor> Monitor::open() {
    constexpr std::uint32_t group = 1U << (NFNLGRP_NFTABLES - 1U);
    Answer<Socket> socket = Socket::open(NETLINK_NETFILTER, group);
    if (!socket) {
        return socket.error();
    }
    socket->want_receive_buffer(kEventBytes);
    return Monitor{std::move(*socket)};
}

Answer<Watched> Monitor::read() {
    Watched watched;
    for (;;) {
        const Answer<Datagram> datagram = socket_.try_receive();
        if (!datagram && datagram.error().number == ENOBUFS) {
            watched.lost = true;
            continue;
        }
        if (!datagram) {
            return datagram.error();
        }
        if (datagram->empty()) {
            if (watched.lost) {
                unfinished_ =
                    {};  // its end may be among the lost: they are told before what is left
            }
            return watched;
        }
        for_each_message(*datagram, [&](const nlmsghdr& message) {
            const auto type = static_cast<std::uint16_t>(message.nlmsg_type & 0xffU);
            if (message.nlmsg_type >> 8U != NFNL_SUBSYS_NFTABLES ||
                mnl_nlmsg_get_payload_len(&message) < sizeof(nfgenmsg)) {
                return;
            }
            if (type == NFT_MSG_NEWGEN) {
                take_generation(message, unfinished_);
                watched.changes.push_back(std::exchange(unfinished_, {}));
            } else {
                take_object(message, type, unfinished_);
                const bool elements = type == NFT_MSG_NEWSETELEM || type == NFT_MSG_DELSETELEM;
                if (elements && is_ours(message)) {
                    take_elements(message, unfinished_);
                }
            }
        });
    }
}

}  // namespace portcullis::firewall
