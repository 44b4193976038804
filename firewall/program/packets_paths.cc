// Ordinary packets with one thing wrong, and the ways that do not lead through the gate.
#include "config/model.h"
#include "firewall/program/packets_parts.h"
#include "firewall/program/side.h"

namespace portcullis::firewall {

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

}  // namespace portcullis::firewall
