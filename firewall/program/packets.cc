#include "firewall/program/packets.h"

#include "config/model.h"
#include "firewall/program/intervals.h"
#include "firewall/program/side.h"

#include <algorithm>
#include <set>

namespace portcullis::firewall {
namespace {

constexpr std::uint64_t kClientPort = 40'000;
constexpr std::uint64_t kOtherPort = 8'080;
constexpr std::uint32_t kNewIndex = 4'242;  // of an interface that was plugged in just now
constexpr std::size_t kPrefixesMax = 32;    // of each list of the policy

std::string name_of(const Bytes& bytes) {
    std::string name{bytes.begin(), bytes.end()};
    return name.substr(0, name.find('\0'));
}

Bytes address(const char* text) {
    return address_bytes(IpAddress::parse(text).value());
}

Packet& tcp(Packet& packet, std::uint64_t sport, std::uint64_t dport, std::uint64_t flags) {
    return packet.set(Field::l4proto, kTcp)
        .set(packet.has(Field::ip_saddr) ? Field::ip_protocol : Field::ip6_nexthdr, kTcp)
        .set(Field::tcp_sport, sport)
        .set(Field::tcp_dport, dport)
        .set(Field::tcp_flags, flags)
        .set(Field::ct_original_proto_dst, dport);
}

Packet& udp(Packet& packet, std::uint64_t sport, std::uint64_t dport) {
    return packet.set(Field::l4proto, kUdp)
        .set(packet.has(Field::ip_saddr) ? Field::ip_protocol : Field::ip6_nexthdr, kUdp)
        .set(Field::udp_sport, sport)
        .set(Field::udp_dport, dport)
        .set(Field::ct_original_proto_dst, dport);
}

Packet& icmp(Packet& packet, std::uint64_t type, std::uint64_t hop_limit = 64) {
    packet.unset(Field::ct_original_proto_dst);
    if (packet.has(Field::ip_saddr)) {
        return packet.set(Field::l4proto, kIcmp)
            .set(Field::ip_protocol, kIcmp)
            .set(Field::icmp_type, type);
    }
    return packet.set(Field::l4proto, kIcmpv6)
        .set(Field::ip6_nexthdr, kIcmpv6)
        .set(Field::ip6_hoplimit, hop_limit)
        .set(Field::icmpv6_type, type);
}

Packet& state(Packet& packet, std::uint64_t state, std::uint64_t direction) {
    packet.untracked_by_others = state == kCtUntracked;
    packet.set(Field::ct_state, state == kCtUntracked ? kCtInvalid : state);
    return packet.set(Field::ct_direction, direction);
}

bool all(const std::vector<Packet>& packets, const PacketClasses::Visit& visit) {
    return std::all_of(packets.begin(), packets.end(), visit);
}

}  // namespace

PacketClasses::PacketClasses(const Program& program, const FirewallConfig& policy,
                             const Facts& facts, const Expectation& expectation)
    : policy_{policy},
      facts_{facts},
      expectation_{expectation},
      constants_{program},
      families_{Family{true, Field::ip_saddr, Field::ip_daddr, {}, address("192.88.99.1")},
                Family{false, Field::ip6_saddr, Field::ip6_daddr, {}, address("2001:4860:1::1")}} {
    for (const std::uint64_t port :
         {std::uint64_t{kIngressPort}, std::uint64_t{2377}, std::uint64_t{7946},
          std::uint64_t{policy.cluster.data_path_port}, std::uint64_t{policy.management.port},
          std::uint64_t{67}, std::uint64_t{68}, std::uint64_t{546}, std::uint64_t{547}}) {
        for (const Field field :
             {Field::tcp_sport, Field::tcp_dport, Field::udp_sport, Field::udp_dport}) {
            constants_.add(field, {Bytes{port, 2}, Bytes{port, 2}});
        }
    }
    find_links();
    find_sources();
}

bool PacketClasses::is_real(const Link& link) const {
    return std::any_of(
        facts_.interfaces.begin(), facts_.interfaces.end(), [&](const Interface& one) {
            return one.index == link.index && one.name == link.name && one.kind == link.kind;
        });
}

// Interfaces that are there, and what an attacker or an accident makes of them: a new one, one with
// a trusted name, an uplink that was renamed while it is up.
void PacketClasses::find_links() {
    std::vector<Link> links;
    for (const Interface& one : facts_.interfaces) {
        links.push_back({one.index, one.name, one.kind});
    }
    std::stable_partition(links.begin(), links.end(), [&](const Link& one) {
        return one.index != 1 && !expectation_.inside(one.index, one.name, one.kind);
    });
    links.push_back({kNewIndex, "eth42", ""});
    links.push_back({1, "lo", ""});
    std::vector<std::string> names{"br-0123456789ab", "docker0"};
    for (const InterfaceName& name : policy_.inside) {
        names.push_back(name.text);
    }
    for (const Bytes& name : constants_.classes(Field::iifname, {})) {
        names.push_back(name_of(name));
        names.push_back(name_of(name) + "x");
    }
    std::vector<std::string> kinds{"", "bridge", "veth", "vlan", "macvlan"};
    for (const Bytes& kind : constants_.classes(Field::iifkind, {})) {
        kinds.push_back(name_of(kind));
    }
    std::vector<std::uint32_t> indexes{kNewIndex};
    for (const Bytes& index : constants_.classes(Field::iif, {})) {
        indexes.push_back(static_cast<std::uint32_t>(index.number()));
    }
    for (const std::uint32_t index : indexes) {
        for (const std::string& name : names) {
            for (const std::string& kind : kinds) {
                if (index > 1 && !name.empty() && name != "lo" && name.size() < kNameBytes) {
                    links.push_back({index, name, kind});
                }
            }
        }
    }
    // One of each kind; those that are really there all the same.
    std::set<std::vector<std::vector<bool>>> seen;
    for (const Link& link : links) {
        const bool inside = expectation_.inside(link.index, link.name, link.kind);
        const bool fresh = seen.insert({constants_.answers(Field::iif, Bytes{link.index, 4}),
                                        constants_.answers(Field::iifname, Bytes::name(link.name)),
                                        constants_.answers(Field::iifkind, Bytes::name(link.kind)),
                                        {inside, link.index == 1}})
                               .second;
        if (fresh || is_real(link)) {
            (inside ? inside_ : outside_).push_back(link);
        }
    }
}

// One address of each kind: what the program tells apart, and what the policy does.
void PacketClasses::find_sources() {
    for (Family& family : families_) {
        const IpFamily which = family.four ? IpFamily::v4 : IpFamily::v6;
        std::vector<Cidr> bans;
        for (const Ban& ban : facts_.bans) {
            bans.push_back(ban.prefix);
        }
        for (const std::vector<Cidr>* list :
             {&policy_.cluster.peers, &facts_.peers, &policy_.management.from, &facts_.feed,
              static_cast<const std::vector<Cidr>*>(&bans)}) {
            const auto intervals = merged(*list, which);
            for (std::size_t i = 0; i < std::min(intervals.size(), kPrefixesMax); ++i) {
                constants_.add(family.source, intervals[i]);
            }
        }
        family.sources = constants_.classes(
            family.source, family.four ? std::vector{address("8.8.8.8"), address("192.168.77.1")}
                                       : std::vector{address("2001:4860:4860::8888"),
                                                     address("fd00:77::1"), address("fe80::1")});
    }
}

std::vector<std::uint64_t> PacketClasses::ports(Field field,
                                                std::initializer_list<std::uint64_t> first) const {
    std::vector<Bytes> candidates;
    for (const std::uint64_t port : first) {
        candidates.emplace_back(port, 2);
    }
    std::vector<std::uint64_t> result;
    for (const Bytes& one : constants_.classes(field, candidates)) {
        result.push_back(one.number());
    }
    return result;
}

Packet PacketClasses::plain(const Link& link, const Family& family, const Bytes& source) const {
    Packet packet;
    packet.set(Field::iif, link.index).set(Field::iifname, Bytes::name(link.name));
    if (!link.kind.empty()) {
        packet.set(Field::iifkind, Bytes::name(link.kind));
    }
    packet.set(Field::pkttype, kPkttypeHost)
        .set(Field::protocol, family.four ? kEthertypeIpv4 : kEthertypeIpv6)
        .set(Field::nfproto, family.four ? kNfprotoIpv4 : kNfprotoIpv6)
        .set(family.source, source)
        .set(family.target, family.local)
        .set(Field::ipsec, 0)
        .set(Field::fib_saddr_type, kRtnUnicast)
        .set(Field::fib_daddr_type, kRtnLocal)
        .set(Field::fib_saddr_oif, 1)
        .set(Field::fib_saddr_iif_oif, 1);
    if (family.four) {
        packet.set(Field::ip_frag_off, 0)
            .set(Field::ip_option_lsrr, 0)
            .set(Field::ip_option_ssrr, 0);
    } else {
        packet.set(Field::exthdr_frag, 0).set(Field::ip6_hoplimit, 64);
    }
    return state(packet, kCtNew, kCtOriginal);
}

bool PacketClasses::sweep_tcp(const Link& link, const Family& family, bool thin,
                              const Visit& visit) const {
    struct Moment {
        std::uint64_t flags, state, direction;
    };

    const std::vector<Moment> moments =
        thin ? std::vector<Moment>{{kSyn, kCtNew, kCtOriginal}}
             : std::vector<Moment>{{kSyn, kCtNew, kCtOriginal},
                                   {kSyn, kCtUntracked, kCtOriginal},
                                   {kAck, kCtEstablished, kCtReply},
                                   {kAck, kCtEstablished, kCtOriginal},
                                   {kAck, kCtInvalid, kCtOriginal},
                                   {kAck, kCtUntracked, kCtOriginal},
                                   {kSyn | kAck, kCtRelated, kCtOriginal},
                                   {kAck, kCtNew, kCtOriginal}};
    const auto sports = thin ? std::vector{kClientPort} : ports(Field::tcp_sport, {kClientPort});
    for (const std::uint64_t dport : ports(Field::tcp_dport, {kOtherPort})) {
        for (const Bytes& source : family.sources) {
            Packet packet = plain(link, family, source);
            for (const std::uint64_t type : {kRtnLocal, kRtnUnicast, kRtnMulticast}) {
                packet.set(Field::fib_daddr_type, type);
                for (const std::uint64_t sport : sports) {
                    for (const Moment& moment : moments) {
                        tcp(packet, sport, dport, moment.flags);
                        if (!visit(state(packet, moment.state, moment.direction))) {
                            return false;
                        }
                    }
                }
                if (thin) {
                    break;
                }
            }
        }
    }
    return true;
}

bool PacketClasses::sweep_udp(const Link& link, const Family& family, bool thin,
                              const Visit& visit) const {
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> states =
        thin ? std::vector<std::pair<std::uint64_t, std::uint64_t>>{{kCtNew, kCtOriginal}}
             : std::vector<std::pair<std::uint64_t, std::uint64_t>>{{kCtNew, kCtOriginal},
                                                                    {kCtEstablished, kCtReply},
                                                                    {kCtEstablished, kCtOriginal},
                                                                    {kCtRelated, kCtOriginal},
                                                                    {kCtUntracked, kCtOriginal}};
    for (const std::uint64_t dport : ports(Field::udp_dport, {kOtherPort})) {
        for (const std::uint64_t sport : ports(Field::udp_sport, {kClientPort})) {
            for (const Bytes& source : family.sources) {
                Packet packet = plain(link, family, source);
                udp(packet, sport, dport);
                for (const std::uint64_t type : {kRtnLocal, kRtnUnicast, kRtnBroadcast}) {
                    packet.set(Field::fib_daddr_type, type);
                    for (const auto& [ct, direction] : states) {
                        if (!visit(state(packet, ct, direction))) {
                            return false;
                        }
                    }
                    if (thin) {
                        break;
                    }
                }
            }
        }
    }
    return true;
}

bool PacketClasses::sweep_icmp(const Link& link, const Family& family, const Visit& visit) const {
    std::vector<Bytes> types;
    for (const std::uint64_t type : {0,   1,   2,   3,   4,   5,   8,   11,  12,  13,  17, 128,
                                     129, 130, 131, 132, 133, 134, 135, 136, 137, 143, 200}) {
        types.emplace_back(type, 1);
    }
    for (const Bytes& type : types) {
        for (const Bytes& source : family.sources) {
            for (const std::uint64_t hops : {64, 255, 1}) {
                for (const std::uint64_t target : {kRtnLocal, kRtnUnicast, kRtnMulticast}) {
                    for (const std::uint64_t ct : {kCtNew, kCtRelated, kCtUntracked}) {
                        Packet packet = plain(link, family, source);
                        icmp(packet, type.number(), hops).set(Field::fib_daddr_type, target);
                        if (!visit(state(packet, ct, kCtOriginal))) {
                            return false;
                        }
                    }
                }
                if (family.four) {
                    break;
                }
            }
        }
    }
    return true;
}

bool PacketClasses::sweep_others(const Link& link, const Family& family, const Visit& visit) const {
    std::vector<Bytes> protocols;
    for (const std::uint64_t protocol : {4, 2, 41, 47, 50, 51, 103, 112, 132, 255}) {
        protocols.emplace_back(protocol, 1);
    }
    for (const Bytes& more : constants_.classes(Field::l4proto, {})) {
        protocols.push_back(more);
    }
    for (const Bytes& protocol : protocols) {
        for (const Bytes& source : family.sources) {
            for (const std::uint64_t target : {kRtnLocal, kRtnUnicast, kRtnMulticast}) {
                Packet packet = plain(link, family, source);
                packet.set(Field::l4proto, protocol)
                    .set(family.four ? Field::ip_protocol : Field::ip6_nexthdr, protocol)
                    .set(Field::fib_daddr_type, target);
                const bool known =
                    packet.is(Field::l4proto, kTcp) || packet.is(Field::l4proto, kUdp) ||
                    packet.is(Field::l4proto, kIcmp) || packet.is(Field::l4proto, kIcmpv6);
                if (!known && !visit(packet)) {
                    return false;
                }
            }
        }
    }
    return true;
}

bool PacketClasses::sweep(const Link& link, bool thin, const Visit& visit) const {
    for (const Family& family : families_) {
        if (!sweep_tcp(link, family, thin, visit) || !sweep_udp(link, family, thin, visit)) {
            return false;
        }
        if (!thin && (!sweep_icmp(link, family, visit) || !sweep_others(link, family, visit))) {
            return false;
        }
    }
    return true;
}

std::vector<Packet> PacketClasses::ordinary(const Link& link) const {
    std::vector<Packet> packets;
    for (const Family& family : families_) {
        for (const Bytes& source : family.sources) {
            const Packet base = plain(link, family, source);
            const auto add = [&](Packet packet) {
                if (expectation_.due(packet) == Due::pass) {
                    packets.push_back(packet);
                }
            };
            Packet packet = base;
            for (const std::uint64_t port : {std::uint64_t{kIngressPort}, std::uint64_t{2377},
                                             std::uint64_t{policy_.management.port}}) {
                add(tcp(packet = base, kClientPort, port, kSyn));
                add(state(tcp(packet = base, kClientPort, port, kAck), kCtEstablished,
                          kCtOriginal));
            }
            for (const std::uint64_t port : {std::uint64_t{kIngressPort}, std::uint64_t{7946},
                                             std::uint64_t{policy_.cluster.data_path_port}}) {
                add(udp(packet = base, kClientPort, port));
                add(udp(packet = base, kClientPort, port).set(Field::ipsec, 1));
            }
            add(state(tcp(packet = base, 80, kClientPort, kAck), kCtEstablished, kCtReply));
            add(state(tcp(packet = base, 80, kClientPort, kSyn | kAck), kCtEstablished, kCtReply));
            add(state(udp(packet = base, 53, kClientPort), kCtEstablished, kCtReply));
            add(icmp(packet = base, family.four ? kIcmpEchoRequest : kIcmpv6EchoRequest));
            add(icmp(packet = base, family.four ? kIcmpUnreachable : kIcmpv6TooBig));
            add(state(icmp(packet = base, family.four ? kIcmpEchoReply : kIcmpv6EchoReply),
                      kCtEstablished, kCtReply));
            add(base.has(Field::ip_saddr) ? udp(packet = base, 67, 68)
                                          : udp(packet = base, 547, 546));
            packet = base;
            add(packet.set(Field::l4proto, kEsp).unset(Field::ct_original_proto_dst));
        }
    }
    return packets;
}

bool PacketClasses::anomalies(const Link& link, const Visit& visit) const {
    for (const Packet& good : ordinary(link)) {
        const bool four = good.has(Field::ip_saddr);
        std::vector<Packet> bad(4, good);
        bad[1].set(Field::pkttype, kPkttypeOther);
        bad[2].set(Field::fib_saddr_iif_oif, 0);
        bad[3].set(Field::fib_saddr_iif_oif, 0).set(Field::fib_saddr_oif, 0);
        const auto with = [&](Field field, std::uint64_t number) {
            bad.push_back(good);
            bad.back().set(field, number);
        };
        const auto with_address = [&](Field field, const char* text) {
            bad.push_back(good);
            bad.back().set(field, address(text));
        };
        for (const std::uint64_t type :
             {kRtnUnspecified, kRtnLocal, kRtnBroadcast, kRtnMulticast}) {
            with(Field::fib_saddr_type, type);
        }
        for (const std::uint64_t type : {kRtnUnicast, kRtnAnycast, kRtnBroadcast, kRtnMulticast}) {
            with(Field::fib_daddr_type, type);
        }
        if (four) {
            with(Field::ip_option_lsrr, 1);
            with(Field::ip_option_ssrr, 1);
            with(Field::ip_frag_off, 0x2000);
            with_address(Field::ip_daddr, "127.0.0.1");
            with_address(Field::ip_daddr, "127.255.255.255");
        } else {
            with(Field::rt_type, 0);
            with(Field::rt_type, 4);
            with(Field::exthdr_frag, 1);
            with_address(Field::ip6_daddr, "::1");
            with_address(Field::ip6_saddr, "::");
            Bytes mapped{0x0808'0808, 16};
            mapped[10] = mapped[11] = 0xff;
            bad.push_back(good);
            bad.back().set(Field::ip6_saddr, mapped);
            bad.push_back(good);
            bad.back().set(Field::ip6_daddr, mapped);
        }
        if (good.has(Field::tcp_flags)) {
            for (std::uint64_t flags = 0; flags < 64; ++flags) {
                with(Field::tcp_flags, flags);
            }
            with(Field::tcp_sport, 0);
            for (const std::uint64_t mss : {1, 535, 536, 1460}) {
                with(Field::tcp_option_mss, mss);
            }
        }
        if (good.has(Field::udp_sport)) {
            with(Field::udp_sport, 0);
        }
        if (!all(bad, visit)) {
            return false;
        }
    }
    return true;
}

// Frames for others than this machine, on the devices that such networks may stand on.
bool PacketClasses::layer2(const Visit& visit) const {
    for (const Interface& one : facts_.interfaces) {
        const bool named =
            std::any_of(policy_.macvlan_parents.begin(), policy_.macvlan_parents.end(),
                        [&](const InterfaceName& name) { return name.text == one.name; });
        if (!named && (!policy_.macvlan_parents.empty() || one.master != 0 ||
                       !certainly_outside(one, facts_.interfaces))) {
            continue;
        }
        for (const Family& family : families_) {
            for (const std::uint64_t type :
                 {kPkttypeHost, kPkttypeBroadcast, kPkttypeMulticast, kPkttypeOther}) {
                Packet base = plain({one.index, one.name, one.kind}, family, family.sources.at(0));
                base.path = Path::stacked;
                base.set(Field::pkttype, type).set(Field::fib_daddr_type, kRtnUnicast);
                Packet packet = base;
                std::vector<Packet> packets;
                for (const std::uint64_t port : {22, 80, 443, 8080, 33000}) {
                    for (const std::uint64_t flags : {kSyn, kAck, kSyn | kAck, kRst, kFin | kSyn}) {
                        packets.push_back(tcp(packet = base, kClientPort, port, flags));
                    }
                    for (const std::uint64_t sport : ports(Field::udp_sport, {kClientPort})) {
                        packets.push_back(udp(packet = base, sport, port));
                    }
                }
                for (std::uint64_t icmp_type = 0; icmp_type < 150; ++icmp_type) {
                    packets.push_back(icmp(packet = base, icmp_type, 255));
                }
                packet = base;
                packets.push_back(packet.set(Field::l4proto, kEsp));
                if (!all(packets, visit)) {
                    return false;
                }
            }
        }
    }
    return true;
}

// From inside: whatever it is, on whatever port.
bool PacketClasses::trusted(const Visit& visit) const {
    for (const Link& link : inside_) {
        for (const Family& family : families_) {
            for (const std::uint64_t type : {kRtnLocal, kRtnUnicast, kRtnMulticast}) {
                Packet base = plain(link, family, family.sources.back());
                base.set(Field::fib_daddr_type, type).set(Field::fib_saddr_iif_oif, 0);
                base.path = type == kRtnUnicast ? Path::forward : Path::input;
                Packet packet = base;
                std::vector<Packet> packets;
                for (const std::uint64_t port : {std::uint64_t{kIngressPort}, kOtherPort}) {
                    for (const std::uint64_t ct : {kCtNew, kCtInvalid}) {
                        packets.push_back(
                            state(tcp(packet = base, kClientPort, port, kSyn), ct, kCtOriginal));
                        packets.push_back(state(udp(packet = base, port, port), ct, kCtOriginal));
                    }
                }
                packets.push_back(icmp(packet = base, 8));
                if (!all(packets, visit)) {
                    return false;
                }
            }
        }
    }
    return true;
}

// From this machine: whatever it is.
bool PacketClasses::leaving(const Visit& visit) const {
    for (const std::vector<Link>* side : {&outside_, &inside_}) {
        for (const Link& link : *side) {
            for (const Family& family : families_) {
                Packet base = plain(link, family, family.local);
                base.path = Path::output;
                base.unset(Field::iif).unset(Field::iifname).unset(Field::iifkind);
                base.unset(Field::pkttype).unset(Field::fib_saddr_iif_oif);
                base.set(Field::oif, link.index).set(Field::oifname, Bytes::name(link.name));
                base.set(Field::fib_saddr_type, kRtnLocal).set(Field::fib_daddr_type, kRtnUnicast);
                for (const Bytes& target : family.sources) {
                    base.set(family.target, target);
                    Packet packet = base;
                    std::vector<Packet> packets;
                    for (const std::uint64_t port : ports(Field::udp_dport, {53, kOtherPort})) {
                        packets.push_back(udp(packet = base, kClientPort, port));
                    }
                    for (const std::uint64_t port : ports(Field::tcp_dport, {kOtherPort})) {
                        packets.push_back(tcp(packet = base, kClientPort, port, kSyn));
                    }
                    packets.push_back(
                        state(tcp(packet = base, kIngressPort, kClientPort, kSyn | kAck),
                              kCtEstablished, kCtReply));
                    packets.push_back(icmp(packet = base, 8));
                    if (!all(packets, visit)) {
                        return false;
                    }
                    if (side == &inside_ || &link != side->data()) {
                        break;
                    }
                }
            }
        }
    }
    return true;
}

// What somebody's rules or programs led around prerouting.
bool PacketClasses::around(const Visit& visit) const {
    for (const Link& link : outside_) {
        for (const Family& family : families_) {
            for (const Path path : {Path::around_input, Path::around_forward}) {
                Packet base = plain(link, family, family.sources.at(0));
                base.path = path;
                Packet packet = base;
                std::vector<Packet> packets;
                for (const std::uint64_t port : ports(Field::tcp_dport, {kOtherPort})) {
                    packets.push_back(tcp(packet = base, kClientPort, port, kSyn));
                    packets.push_back(udp(packet = base, kClientPort, port));
                }
                if (!all(packets, visit)) {
                    return false;
                }
            }
        }
    }
    return true;
}

bool PacketClasses::each(const Visit& visit) const {
    std::vector<Link> pinned;
    std::copy_if(outside_.begin(), outside_.end(), std::back_inserter(pinned),
                 [&](const Link& link) { return is_real(link) || link.name == "eth42"; });
    for (const Link& link : pinned) {
        if (!anomalies(link, visit)) {
            return false;
        }
    }
    if (!trusted(visit) || !leaving(visit) || !around(visit) || !layer2(visit)) {
        return false;
    }
    for (const Link& link : outside_) {
        for (const Packet& packet : ordinary(link)) {
            Packet other = packet;  // the same to a port that nobody opens
            if (other.has(Field::tcp_dport)) {
                other.set(Field::tcp_dport, kOtherPort)
                    .set(Field::ct_original_proto_dst, kOtherPort);
            }
            if (!visit(packet) || !visit(other)) {
                return false;
            }
        }
    }
    for (std::size_t i = 0; i < pinned.size(); ++i) {
        if (!sweep(pinned[i], i != 0, visit)) {
            return false;
        }
    }
    return true;
}

}  // namespace portcullis::firewall
