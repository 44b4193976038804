#include "firewall/program/packet.h"

#include "firewall/program/words.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

std::string shown(const Packet& packet, Field field) {
    return packet.has(field) ? value_text(field, packet.get(field)) : "";
}

std::string first_of(const Packet& packet, Field a, Field b) {
    return packet.has(a) ? shown(packet, a) : shown(packet, b);
}

std::string colon(const std::string& port) {
    return port.empty() ? "" : ":" + port;
}

std::string interface(const Packet& packet, Field name, Field index) {
    std::string text = shown(packet, name);
    std::erase(text, '"');
    return text + " (" + shown(packet, index) + ")";
}

// What is out of the ordinary.
std::string oddities(const Packet& packet) {
    std::string text;
    const auto add = [&](bool odd, const std::string& what) {
        if (odd) {
            text += ", " + what;
        }
    };
    add(packet.has(Field::pkttype) && !packet.is(Field::pkttype, kPkttypeHost),
        "frame to " + shown(packet, Field::pkttype));
    add(packet.is(Field::ip_option_lsrr, 1) || packet.is(Field::ip_option_ssrr, 1), "source route");
    add(packet.has(Field::rt_type), "routing header " + shown(packet, Field::rt_type));
    add(packet.is(Field::exthdr_frag, 1) ||
            (packet.has(Field::ip_frag_off) &&
             (packet.get(Field::ip_frag_off).number() & 0x3fffU) != 0),
        "fragment");
    add(packet.has(Field::tcp_option_mss), "MSS " + shown(packet, Field::tcp_option_mss));
    add(packet.has(Field::fib_saddr_type) && !packet.is(Field::fib_saddr_type, kRtnUnicast),
        "source is " + shown(packet, Field::fib_saddr_type));
    add(packet.is(Field::fib_saddr_oif, 0), "source leads nowhere");
    add(packet.is(Field::fib_saddr_iif_oif, 0) && !packet.is(Field::fib_saddr_oif, 0),
        "source leads elsewhere");
    add(packet.is(Field::ipsec, 1), "out of IPsec");
    return text;
}

std::string state(const Packet& packet) {
    if (packet.untracked_by_others) {
        return ", untracked by others";
    }
    return (packet.has(Field::ct_state) ? ", " + shown(packet, Field::ct_state) : "") +
           (packet.has(Field::ct_direction) ? " " + shown(packet, Field::ct_direction) : "");
}

}  // namespace

std::string describe(const Packet& packet) {
    constexpr std::array<std::string_view, 6> kWays{"",
                                                    ", forwarded",
                                                    ", to a macvlan",
                                                    ", leaving",
                                                    ", around the gate to this machine",
                                                    ", around the gate to be forwarded"};
    std::string text = packet.has(Field::ip_saddr)    ? "IPv4 "
                       : packet.has(Field::ip6_saddr) ? "IPv6 "
                                                      : "";
    text += shown(packet, Field::l4proto);
    const std::string type = first_of(packet, Field::icmp_type, Field::icmpv6_type);
    text += (type.empty() ? "" : " " + type) +
            (packet.has(Field::tcp_flags) ? " " + shown(packet, Field::tcp_flags) : "");
    text += " from " + first_of(packet, Field::ip_saddr, Field::ip6_saddr) +
            colon(first_of(packet, Field::tcp_sport, Field::udp_sport)) + " to " +
            first_of(packet, Field::ip_daddr, Field::ip6_daddr) +
            colon(first_of(packet, Field::tcp_dport, Field::udp_dport));
    if (packet.has(Field::fib_daddr_type)) {
        text += " (" + shown(packet, Field::fib_daddr_type) + ")";
    }
    text += " on " + (packet.has(Field::iif) ? interface(packet, Field::iifname, Field::iif)
                                             : interface(packet, Field::oifname, Field::oif));
    return text + state(packet) + oddities(packet) +
           std::string{kWays.at(static_cast<std::size_t>(packet.path))};
}

}  // namespace portcullis::firewall
