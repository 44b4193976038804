#include "firewall/program/expect.h"

#include "config/model.h"
#include "firewall/program/side.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

constexpr std::uint64_t kSwarmTcp = 2377;
constexpr std::uint64_t kGossip = 7946;
constexpr std::uint64_t kEphemeral = 32'768;

bool covers(const Cidr& prefix, const Bytes& address) {
    const Bytes network = address_bytes(prefix.network);
    if (network.size() != address.size()) {
        return false;
    }
    for (int bit = 0; bit < prefix.bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit) / 8;
        if (((network[byte] ^ address[byte]) & (0x80U >> (bit % 8))) != 0) {
            return false;
        }
    }
    return true;
}

bool covers(const std::vector<Cidr>& prefixes, const Bytes& address) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Cidr& prefix) { return covers(prefix, address); });
}

bool begins(const Bytes& address, std::initializer_list<std::uint8_t> bytes) {
    return address.size() == 16 && std::equal(bytes.begin(), bytes.end(), address.begin());
}

bool mapped(const Bytes& address) {
    return begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
}

bool link_local(const Bytes& address) {
    return address.size() == 16 && address[0] == 0xfe && (address[1] & 0xc0U) == 0x80;
}

const Bytes& source(const Packet& packet) {
    return packet.get(packet.has(Field::ip_saddr) ? Field::ip_saddr : Field::ip6_saddr);
}

const Bytes& target(const Packet& packet) {
    return packet.get(packet.has(Field::ip_daddr) ? Field::ip_daddr : Field::ip6_daddr);
}

bool loopback(const Bytes& address) {
    return address.size() == 4 ? address[0] == 127 : address == Bytes{1, 16} || mapped(address);
}

std::uint64_t number(const Packet& packet, Field field) {
    return packet.has(field) ? packet.get(field).number() : 0;
}

bool is_fragment(const Packet& packet) {
    return (number(packet, Field::ip_frag_off) & 0x3fffU) != 0 || packet.is(Field::exthdr_frag, 1);
}

std::uint64_t flags(const Packet& packet, std::uint64_t mask) {
    return number(packet, Field::tcp_flags) & mask;
}

bool pure_syn(const Packet& packet) {
    return packet.has(Field::tcp_flags) && flags(packet, kFin | kSyn | kRst | kAck) == kSyn;
}

bool legal_flags(const Packet& packet) {
    const std::uint64_t all = flags(packet, kFin | kSyn | kRst | kPsh | kAck | kUrg);
    const std::uint64_t control = all & (kFin | kSyn | kRst);
    if (control == kSyn) {
        return all == kSyn || all == (kSyn | kAck);
    }
    if (control == kRst) {
        return (all & kUrg) == 0 && ((all & kAck) != 0 || all == kRst);
    }
    // Data, or its end: an ACK at least; URG and FIN together only with the PSH that goes with
    // them.
    return (control == 0 || control == kFin) && (all & kAck) != 0 &&
           (control == 0 || (all & kUrg) == 0 || (all & kPsh) != 0);
}

bool has_state(const Packet& packet, std::uint64_t states) {
    return !packet.untracked_by_others && (number(packet, Field::ct_state) & states) != 0;
}

bool answer(const Packet& packet) {
    return has_state(packet, kCtEstablished | kCtRelated) &&
           packet.is(Field::ct_direction, kCtReply);
}

bool opens_or_continues(const Packet& packet) {
    return (has_state(packet, kCtNew) && (!packet.has(Field::tcp_flags) || pure_syn(packet))) ||
           (has_state(packet, kCtEstablished) && !pure_syn(packet));
}

bool dhcp4(const Packet& packet) {
    return packet.has(Field::ip_saddr) && packet.is(Field::udp_sport, 67) &&
           packet.is(Field::udp_dport, 68);
}

bool type_is(const Packet& packet, Field field, std::initializer_list<std::uint64_t> types) {
    return std::any_of(types.begin(), types.end(),
                       [&](std::uint64_t type) { return packet.is(field, type); });
}

bool on_link(const Packet& packet) {
    return packet.is(Field::ip6_nexthdr, kIcmpv6) && packet.is(Field::ip6_hoplimit, 255) &&
           (type_is(packet, Field::icmpv6_type, {kNeighborSolicit, kNeighborAdvert}) ||
            (packet.is(Field::icmpv6_type, kRouterAdvert) && link_local(source(packet))));
}

bool listener_report(const Packet& packet) {
    return packet.is(Field::ip6_hoplimit, 1) &&
           ((packet.is(Field::icmpv6_type, kMld2Report) && source(packet) == Bytes{0, 16}) ||
            (type_is(packet, Field::icmpv6_type, {kMldQuery, kMldReport, kMldDone, kMld2Report}) &&
             link_local(source(packet))));
}

bool icmp_error(const Packet& packet) {
    return type_is(packet, Field::icmp_type,
                   {kIcmpUnreachable, kIcmpTimeExceeded, kIcmpParameterProblem}) ||
           type_is(
               packet, Field::icmpv6_type,
               {kIcmpv6Unreachable, kIcmpv6TooBig, kIcmpv6TimeExceeded, kIcmpv6ParameterProblem});
}

bool echo_request(const Packet& packet) {
    return packet.is(Field::icmp_type, kIcmpEchoRequest) ||
           packet.is(Field::icmpv6_type, kIcmpv6EchoRequest);
}

std::string name_of(const Bytes& bytes) {
    std::string name{bytes.begin(), bytes.end()};
    return name.substr(0, name.find('\0'));
}

}  // namespace

Expectation::Expectation(const FirewallConfig& policy, const Facts& facts)
    : policy_{policy},
      facts_{facts},
      untracked_{policy.mode == FirewallMode::edge && facts.listener_is_ours},
      tracked_{policy.mode != FirewallMode::closed && !untracked_} {}

bool Expectation::inside(std::uint64_t index, std::string_view name, std::string_view kind) const {
    if (index == 1) {
        return true;
    }
    for (const Interface& known : facts_.interfaces) {
        const bool uplink =
            std::any_of(policy_.uplinks.begin(), policy_.uplinks.end(),
                        [&](const UplinkConfig& one) { return one.interface.text == known.name; });
        if (known.index == index && (uplink || certainly_outside(known, facts_.interfaces))) {
            return false;  // for as long as it has this index, whatever it is called now
        }
    }
    const bool trusted =
        std::any_of(policy_.inside.begin(), policy_.inside.end(),
                    [&](const InterfaceName& one) { return one.text == name && name != "lo"; });
    const bool harmless =
        std::find(kInsideKinds.begin(), kInsideKinds.end(), kind) != kInsideKinds.end();
    return (trusted && harmless) || (name.starts_with("br-") && kind == "bridge");
}

bool Expectation::inside(const Packet& packet) const {
    return inside(number(packet, Field::iif), name_of(packet.get(Field::iifname)),
                  name_of(packet.get(Field::iifkind)));
}

bool Expectation::peer(const Bytes& address) const {
    return covers(policy_.cluster.peers, address) || covers(facts_.peers, address);
}

bool Expectation::manager(const Bytes& address) const {
    return covers(policy_.management.from, address);
}

bool Expectation::banned(const Bytes& address) const {
    return covers(facts_.feed, address) ||
           std::any_of(facts_.bans.begin(), facts_.bans.end(),
                       [&](const Ban& ban) { return covers(ban.prefix, address); });
}

bool Expectation::bogon(const Bytes& address) const {
    static const std::vector<Cidr> kPrivate = [] {
        std::vector<Cidr> prefixes;
        for (const char* text :
             {"0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",   "127.0.0.0/8",
              "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",
              "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
              "224.0.0.0/3",    "::/127",        "64:ff9b:1::/48",  "100::/64",
              "2001:db8::/32",  "3fff::/20",     "fc00::/7",        "fec0::/10",
              "ff00::/8"}) {
            prefixes.push_back(Cidr::parse(text).value());
        }
        return prefixes;
    }();
    return covers(kPrivate, address) && !peer(address) && !manager(address);
}

// A source that this interface cannot have.
bool Expectation::forged(const Packet& packet) const {
    if (link_local(source(packet))) {
        return false;
    }
    if (packet.has(Field::fib_saddr_type) && !packet.is(Field::fib_saddr_type, kRtnUnicast)) {
        return true;
    }
    if (packet.is(Field::ipsec, 1)) {
        return false;
    }
    for (const Interface& known : facts_.interfaces) {
        for (const UplinkConfig& uplink : policy_.uplinks) {
            if (packet.is(Field::iif, known.index) && uplink.interface.text == known.name &&
                uplink.reverse_path == ReversePath::loose) {
                return packet.is(Field::fib_saddr_oif, 0);
            }
        }
    }
    return packet.is(Field::fib_saddr_iif_oif, 0);
}

Due Expectation::due_outside(const Packet& packet) const {
    const Bytes& from = source(packet);
    const std::uint64_t target_type = number(packet, Field::fib_daddr_type);
    if (packet.is(Field::pkttype, kPkttypeOther) || loopback(target(packet))) {
        return Due::end;
    }
    if (on_link(packet)) {
        return target_type == kRtnLocal || target_type == kRtnMulticast ? Due::pass : Due::free;
    }
    if (packet.is(Field::icmp_type, kIcmpRedirect) ||
        type_is(packet, Field::icmpv6_type, {kRouterSolicit, kNdRedirect}) || banned(from) ||
        packet.is(Field::ip_option_lsrr, 1) || packet.is(Field::ip_option_ssrr, 1) ||
        packet.is(Field::rt_type, 0) || packet.is(Field::rt_type, 4)) {
        return Due::end;
    }
    for (const Interface& known : facts_.interfaces) {
        for (const UplinkConfig& uplink : policy_.uplinks) {
            if (packet.is(Field::iif, known.index) && uplink.interface.text == known.name &&
                uplink.bogons == Switch::on && bogon(from) && !listener_report(packet)) {
                return Due::end;
            }
        }
    }
    if (dhcp4(packet) && !is_fragment(packet)) {
        return target_type == kRtnLocal || target_type == kRtnBroadcast ? Due::pass : Due::free;
    }
    if (from == Bytes{0, 16}) {
        return listener_report(packet) ? Due::free : Due::end;
    }
    if (mapped(from) || forged(packet)) {
        return Due::end;
    }
    if (packet.is(Field::l4proto, kTcp) && is_fragment(packet) && !peer(from)) {
        return Due::end;
    }
    const bool tiny = pure_syn(packet) && packet.has(Field::tcp_option_mss) &&
                      number(packet, Field::tcp_option_mss) - 1 < 535;
    if ((packet.has(Field::tcp_flags) && !legal_flags(packet)) || packet.is(Field::tcp_sport, 0) ||
        packet.is(Field::udp_sport, 0) || tiny) {
        return Due::end;
    }
    if (is_fragment(packet) && !peer(from)) {
        return Due::free;
    }
    return due_at_gate(packet);
}

// The source is one that this interface may have, and the packet is well formed.
Due Expectation::due_at_gate(const Packet& packet) const {
    const Bytes& from = source(packet);
    const std::uint64_t target_type = number(packet, Field::fib_daddr_type);
    const bool vxlan = packet.is(Field::udp_dport, policy_.cluster.data_path_port);
    if (answer(packet)) {
        // On an ipvlan's parent a routed container's low UDP port looks like an ipvlan's service.
        const bool low = target_type != kRtnLocal && packet.has(Field::udp_dport) &&
                         number(packet, Field::udp_dport) < kEphemeral;
        return pure_syn(packet) || low || (vxlan && peer(from)) ? Due::free : Due::pass;
    }
    if (dhcp4(packet) && (target_type == kRtnLocal || target_type == kRtnBroadcast)) {
        return Due::free;  // a fragment of it, by now put together
    }
    if (target_type == kRtnBroadcast || target_type == kRtnMulticast) {
        return listener_report(packet) ? Due::free : Due::end;
    }
    if (target_type != kRtnLocal) {
        return Due::end;
    }
    const bool https = packet.is(Field::tcp_dport, kIngressPort);
    const bool quic = packet.is(Field::udp_dport, kIngressPort) && policy_.http3 == Switch::on;
    if ((https || quic) && untracked_) {
        return Due::pass;
    }
    if ((https || quic) && tracked_) {
        return opens_or_continues(packet) ? Due::pass : Due::free;
    }
    if (peer(from)) {
        if (packet.is(Field::tcp_dport, kSwarmTcp) || packet.is(Field::tcp_dport, kGossip)) {
            return opens_or_continues(packet) ? Due::pass : Due::free;
        }
        if (vxlan) {
            return policy_.cluster.encrypted == Switch::on && !packet.is(Field::ipsec, 1)
                       ? Due::end
                       : Due::pass;
        }
        if (packet.is(Field::udp_dport, kGossip) || packet.is(Field::l4proto, kEsp)) {
            return Due::pass;
        }
    }
    if (manager(from) && packet.is(Field::tcp_dport, policy_.management.port)) {
        return opens_or_continues(packet) ? Due::pass : Due::free;
    }
    if (icmp_error(packet) || echo_request(packet)) {
        return Due::pass;
    }
    if (link_local(from) && packet.is(Field::udp_sport, 547) && packet.is(Field::udp_dport, 546)) {
        return Due::pass;
    }
    return listener_report(packet) ? Due::free : Due::end;
}

// Frames that macvlan (to another address, or to everybody) or ipvlan (to ours) would take.
Due Expectation::due_stacked(const Packet& packet) const {
    const bool no_connection = packet.has(Field::tcp_flags) && flags(packet, kSyn | kAck) != kSyn;
    if (packet.is(Field::pkttype, kPkttypeHost)) {
        const bool service =
            packet.has(Field::udp_dport) && number(packet, Field::udp_dport) < kEphemeral;
        return (packet.has(Field::tcp_flags) && !no_connection) || service ? Due::end : Due::free;
    }
    if (packet.has(Field::icmpv6_type) || packet.has(Field::icmp_type)) {
        return type_is(packet, Field::icmpv6_type, {kNeighborSolicit, kNeighborAdvert}) ? Due::pass
               : echo_request(packet)                                                   ? Due::end
                                                                                        : Due::free;
    }
    if (packet.is(Field::pkttype, kPkttypeOther)) {
        if (no_connection) {
            return Due::pass;
        }
        return packet.is(Field::udp_sport, 53) && number(packet, Field::udp_dport) >= kEphemeral
                   ? Due::pass
               : packet.has(Field::udp_dport) && number(packet, Field::udp_dport) >= kEphemeral
                   ? Due::free
                   : Due::end;
    }
    return dhcp4(packet) || packet.is(Field::l4proto, kIgmp) ? Due::free : Due::end;
}

bool Expectation::open_port(const Packet& packet) const {
    const std::uint64_t port = number(packet, Field::ct_original_proto_dst);
    const bool serving = port == kIngressPort && (untracked_ || tracked_);
    if (packet.path == Path::around_forward) {
        return serving && tracked_;
    }
    return serving || port == 68 || port == 546 || port == kSwarmTcp || port == kGossip ||
           port == policy_.cluster.data_path_port ||
           (!policy_.management.from.empty() && port == policy_.management.port);
}

Due Expectation::due_around(const Packet& packet) const {
    return packet.is(Field::ct_direction, kCtOriginal) && has_state(packet, kCtNew) &&
                   (packet.is(Field::l4proto, kTcp) || packet.is(Field::l4proto, kUdp)) &&
                   !open_port(packet)
               ? Due::end
               : Due::free;
}

Due Expectation::due(const Packet& packet) const {
    if (packet.path == Path::output) {
        return Due::pass;
    }
    if (packet.path == Path::stacked) {
        return due_stacked(packet);
    }
    if (inside(packet)) {
        return Due::pass;
    }
    return packet.path == Path::around_input || packet.path == Path::around_forward
               ? due_around(packet)
               : due_outside(packet);
}

}  // namespace portcullis::firewall
