// Every port, protocol and source that the program or the policy tells apart, with each other.
#include "config/model.h"
#include "firewall/program/packets_parts.h"

namespace portcullis::firewall {

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
                    Packet packet = plain(link, family, source);
                    icmp(packet, type.number(), hops).set(Field::fib_daddr_type, target);
                    for (const std::uint64_t ct : {kCtNew, kCtRelated, kCtUntracked}) {
                        if (!visit(state(packet, ct, kCtOriginal))) {
                            return false;
                        }
                    }
                    if (!visit(state(packet, kCtRelated, kCtReply))) {
                        return false;
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

}  // namespace portcullis::firewall
