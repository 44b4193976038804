#include "firewall/netlink/known.h"

namespace portcullis::firewall {
namespace {

Match equals(Field field, std::uint64_t number) {
    const Bytes value{number, facts_of(field).width};
    return {field, {}, false, Values{{value, value}}};
}

// What the field must equal; nothing for any other match.
std::optional<std::uint64_t> equal_to(const Match& match) {
    const auto* values = std::get_if<Values>(&match.operand);
    if (match.negated || !match.mask.empty() || values == nullptr || values->size() != 1 ||
        values->front().first != values->front().last || values->front().first.size() > 2) {
        return std::nullopt;
    }
    return values->front().first.number();
}

}  // namespace

// A netdev table sees frames, and has no notion of an nfproto.
Match Known::network_is(std::uint64_t nfproto) const {
    if (family_ == Family::inet) {
        return equals(Field::nfproto, nfproto);
    }
    return equals(Field::protocol, nfproto == kNfprotoIpv4 ? kEthertypeIpv4 : kEthertypeIpv6);
}

std::vector<Match> Known::missing(Field field) const {
    std::optional<std::uint64_t> network;
    std::optional<std::uint64_t> transport;
    switch (facts_of(field).presupposed) {
        case Presupposed::nothing:
        case Presupposed::transport:  // some protocol; nobody can know which
            break;
        case Presupposed::ipv4:
            network = kNfprotoIpv4;
            break;
        case Presupposed::ipv6:
            network = kNfprotoIpv6;
            break;
        case Presupposed::tcp:
            transport = kTcp;
            break;
        case Presupposed::udp:
            transport = kUdp;
            break;
        case Presupposed::icmp:
            network = kNfprotoIpv4;
            transport = kIcmp;
            break;
        case Presupposed::icmpv6:
            network = kNfprotoIpv6;
            transport = kIcmpv6;
            break;
    }
    const bool transport_holds = transport && transport_ == transport;
    if (field == Field::tcp_option_mss) {
        return {};  // the kernel itself looks for the option in TCP only
    }
    std::vector<Match> tests;
    if (network && network_ != network && !transport_holds) {
        tests.push_back(network_is(*network));
    }
    if (transport && !transport_holds) {
        tests.push_back(equals(Field::l4proto, *transport));
    }
    return tests;
}

void Known::learn(const Match& match) {
    const std::optional<std::uint64_t> value = equal_to(match);
    if (!value) {
        return;
    }
    switch (match.field) {
        case Field::nfproto:
            network_ = value;
            break;
        case Field::protocol:
            network_ = value == kEthertypeIpv4   ? std::optional{kNfprotoIpv4}
                       : value == kEthertypeIpv6 ? std::optional{kNfprotoIpv6}
                                                 : std::nullopt;
            break;
        case Field::l4proto:
        case Field::ip_protocol:
        case Field::ip6_nexthdr:
            transport_ = value;
            break;
        default:
            break;
    }
}

}  // namespace portcullis::firewall
