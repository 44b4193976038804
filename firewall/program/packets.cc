#include "firewall/program/packets.h"

#include "config/model.h"
#include "firewall/program/intervals.h"
#include "firewall/program/packets_parts.h"

#include <set>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kPrefixesMax = 32;  // of each list of the policy

std::string name_of(const Bytes& bytes) {
    std::string name{bytes.begin(), bytes.end()};
    return name.substr(0, name.find('\0'));
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
        // What a bogon is, the policy knows, whether the program asks or not.
        constants_.add(family.source,
                       interval(Cidr::parse(family.four ? "192.168.0.0/16" : "fd00::/8").value()));
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
