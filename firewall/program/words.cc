#include "firewall/program/words.h"

#include "config/types/address.h"

#include <arpa/inet.h>

#include <span>

namespace portcullis::firewall {
namespace {

struct NumberWord {
    std::uint64_t number;
    std::string_view word;
};

constexpr std::array kPkttypes{
    NumberWord{kPkttypeHost, "host"}, NumberWord{kPkttypeBroadcast, "broadcast"},
    NumberWord{kPkttypeMulticast, "multicast"}, NumberWord{kPkttypeOther, "other"}};
constexpr std::array kEthertypes{NumberWord{kEthertypeIpv4, "ip"}, NumberWord{kEthertypeArp, "arp"},
                                 NumberWord{kEthertypeIpv6, "ip6"}};
constexpr std::array kNfprotos{NumberWord{kNfprotoIpv4, "ipv4"}, NumberWord{kNfprotoIpv6, "ipv6"}};
constexpr std::array kProtocols{NumberWord{kIcmp, "icmp"}, NumberWord{kIgmp, "igmp"},
                                NumberWord{kTcp, "tcp"},   NumberWord{kUdp, "udp"},
                                NumberWord{kEsp, "esp"},   NumberWord{kIcmpv6, "ipv6-icmp"}};
constexpr std::array kPresence{NumberWord{0, "missing"}, NumberWord{1, "exists"}};
constexpr std::array kTcpFlags{NumberWord{kFin, "fin"}, NumberWord{kSyn, "syn"},
                               NumberWord{kRst, "rst"}, NumberWord{kPsh, "psh"},
                               NumberWord{kAck, "ack"}, NumberWord{kUrg, "urg"}};
constexpr std::array kIcmpTypes{NumberWord{kIcmpEchoReply, "echo-reply"},
                                NumberWord{kIcmpUnreachable, "destination-unreachable"},
                                NumberWord{kIcmpRedirect, "redirect"},
                                NumberWord{kIcmpEchoRequest, "echo-request"},
                                NumberWord{kIcmpTimeExceeded, "time-exceeded"},
                                NumberWord{kIcmpParameterProblem, "parameter-problem"}};
constexpr std::array kIcmpv6Types{NumberWord{kIcmpv6Unreachable, "destination-unreachable"},
                                  NumberWord{kIcmpv6TooBig, "packet-too-big"},
                                  NumberWord{kIcmpv6TimeExceeded, "time-exceeded"},
                                  NumberWord{kIcmpv6ParameterProblem, "parameter-problem"},
                                  NumberWord{kIcmpv6EchoRequest, "echo-request"},
                                  NumberWord{kIcmpv6EchoReply, "echo-reply"},
                                  NumberWord{kMldQuery, "mld-listener-query"},
                                  NumberWord{kMldReport, "mld-listener-report"},
                                  NumberWord{kMldDone, "mld-listener-done"},
                                  NumberWord{kRouterSolicit, "nd-router-solicit"},
                                  NumberWord{kRouterAdvert, "nd-router-advert"},
                                  NumberWord{kNeighborSolicit, "nd-neighbor-solicit"},
                                  NumberWord{kNeighborAdvert, "nd-neighbor-advert"},
                                  NumberWord{kNdRedirect, "nd-redirect"},
                                  NumberWord{kMld2Report, "mld2-listener-report"}};
constexpr std::array kCtStates{NumberWord{kCtInvalid, "invalid"},
                               NumberWord{kCtEstablished, "established"},
                               NumberWord{kCtRelated, "related"}, NumberWord{kCtNew, "new"},
                               NumberWord{kCtUntracked, "untracked"}};
constexpr std::array kDirections{NumberWord{kCtOriginal, "original"},
                                 NumberWord{kCtReply, "reply"}};
constexpr std::array kRouteTypes{NumberWord{kRtnUnicast, "unicast"}, NumberWord{kRtnLocal, "local"},
                                 NumberWord{kRtnBroadcast, "broadcast"},
                                 NumberWord{kRtnAnycast, "anycast"},
                                 NumberWord{kRtnMulticast, "multicast"}};

std::span<const NumberWord> words_for(Field field) {
    switch (field) {
        case Field::pkttype:
            return kPkttypes;
        case Field::protocol:
            return kEthertypes;
        case Field::nfproto:
            return kNfprotos;
        case Field::l4proto:
        case Field::ip_protocol:
        case Field::ip6_nexthdr:
            return kProtocols;
        case Field::ipsec:
        case Field::ip_option_lsrr:
        case Field::ip_option_ssrr:
        case Field::exthdr_frag:
        case Field::fib_saddr_oif:
        case Field::fib_saddr_iif_oif:
            return kPresence;
        case Field::tcp_flags:
            return kTcpFlags;
        case Field::icmp_type:
            return kIcmpTypes;
        case Field::icmpv6_type:
            return kIcmpv6Types;
        case Field::ct_state:
            return kCtStates;
        case Field::ct_direction:
            return kDirections;
        case Field::fib_saddr_type:
        case Field::fib_daddr_type:
            return kRouteTypes;
        default:
            return {};
    }
}

// All words of the bits that are set; empty for a bit without a word, and for none.
std::string bits_text(std::span<const NumberWord> words, std::uint64_t number, char between) {
    std::string text;
    for (const NumberWord& one : words) {
        if ((number & one.number) != 0) {
            text += (text.empty() ? "" : std::string{between}) + std::string{one.word};
            number &= ~one.number;
        }
    }
    return number == 0 ? text : "";
}

bool is_address(Field field) {
    return field == Field::ip_saddr || field == Field::ip_daddr || field == Field::ip6_saddr ||
           field == Field::ip6_daddr;
}

std::string address_text(const Bytes& value) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    // Not by IpAddress: it shows ::ffff:10.0.0.1 as IPv4.
    ::inet_ntop(value.size() == 4 ? AF_INET : AF_INET6, value.data(), text.data(), text.size());
    return text.data();
}

std::string name_text(const Bytes& value) {
    std::string name;
    for (const std::uint8_t byte : value) {
        if (byte == 0) {
            break;
        }
        name += static_cast<char>(byte);
    }
    return name;
}

std::string hex(std::uint64_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    do {
        text.insert(text.begin(), kDigits[number & 0xfU]);
        number >>= 4U;
    } while (number != 0);
    return "0x" + text;
}

std::string mask_text(const Match& match) {
    if (is_address(match.field)) {
        return address_text(match.mask);
    }
    if (match.field == Field::tcp_flags) {
        return "(" + bits_text(kTcpFlags, match.mask.number(), '|') + ")";
    }
    return hex(match.mask.number());
}

std::string operand_text(const Match& match) {
    if (const auto* in = std::get_if<InSet>(&match.operand)) {
        return "@" + in->set;
    }
    const Values& values = std::get<Values>(match.operand);
    std::string text;
    for (const Interval& value : values) {
        text += (text.empty() ? "" : ", ") + interval_text(match.field, value);
    }
    return values.size() == 1 ? text : "{ " + text + " }";
}

// A single value without a negation of its own.
const Bytes* only_value(const Match& match) {
    const auto* values = std::get_if<Values>(&match.operand);
    return values != nullptr && values->size() == 1 && values->front().first == values->front().last
               ? &values->front().first
               : nullptr;
}

}  // namespace

int prefix_bits(const Bytes& mask) {
    int bits = 0;
    while (static_cast<std::size_t>(bits) < mask.size() * 8 &&
           (mask[static_cast<std::size_t>(bits) / 8] & (0x80U >> (bits % 8))) != 0) {
        ++bits;
    }
    return Bytes::prefix_mask(static_cast<std::size_t>(bits), mask.size()) == mask ? bits : -1;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= ' ') {
            result += c;
        }
    }
    return result + "\"";
}

std::string value_text(Field field, const Bytes& value) {
    if (is_address(field)) {
        return address_text(value);
    }
    if (facts_of(field).order == ByteOrder::text) {
        return quoted(name_text(value));
    }
    const std::uint64_t number = value.number();
    if (field == Field::tcp_flags || field == Field::ct_state) {
        const std::string text =
            bits_text(words_for(field), number, field == Field::tcp_flags ? '|' : ',');
        return text.empty() ? std::to_string(number) : text;
    }
    for (const NumberWord& one : words_for(field)) {
        if (one.number == number) {
            return std::string{one.word};
        }
    }
    return std::to_string(number);
}

std::string interval_text(Field field, const Interval& interval) {
    if (interval.first == interval.last) {
        return value_text(field, interval.first);
    }
    if (is_address(field)) {
        Bytes same = interval.first;
        for (std::size_t i = 0; i < same.size(); ++i) {
            same[i] = static_cast<std::uint8_t>(~(interval.first[i] ^ interval.last[i]));
        }
        const int bits = prefix_bits(same);
        bool from_start = bits >= 0;
        for (std::size_t i = 0; i < same.size(); ++i) {
            from_start =
                from_start && (interval.first[i] & static_cast<std::uint8_t>(~same[i])) == 0;
        }
        if (from_start) {
            return value_text(field, interval.first) + "/" + std::to_string(bits);
        }
    }
    return value_text(field, interval.first) + "-" + value_text(field, interval.last);
}

std::string match_text(const Match& match) {
    std::string text{facts_of(match.field).nft};
    const Bytes* value = only_value(match);
    const int bits = match.mask.empty() ? -1 : prefix_bits(match.mask);
    const std::string unequal = match.negated ? "!= " : "";
    if (match.mask.empty()) {
        return text + " " + unequal + operand_text(match);
    }
    if (match.field == Field::ct_state && match.negated && value != nullptr &&
        value->number() == 0) {
        return text + " " + bits_text(kCtStates, match.mask.number(), ',');
    }
    if (is_address(match.field) && value != nullptr && bits >= 0) {
        return text + " " + unequal + value_text(match.field, *value) + "/" + std::to_string(bits);
    }
    if (facts_of(match.field).order == ByteOrder::text && value != nullptr && bits >= 0) {
        return text + " " + unequal + quoted(name_text(*value) + "*");
    }
    return text + " & " + mask_text(match) + (match.negated ? " != " : " == ") +
           operand_text(match);
}

}  // namespace portcullis::firewall
