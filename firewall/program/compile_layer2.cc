// netdev ingress -500, before macvlan and ipvlan take their frames: no hook of the IP layer ever
// sees those. There is no state here, so answers are told by what they look like, and a service
// that listens above 32768 must not rely on this chain.
#include "firewall/program/compile_parts.h"
#include "firewall/program/side.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace build;

constexpr std::uint64_t kFirstClientPort = 32'768;  // net.ipv4.ip_local_port_range begins here

std::vector<std::string> parents(const FirewallConfig& policy, const Facts& facts) {
    std::vector<std::string> names;
    for (const Interface& interface : facts.interfaces) {
        const bool named =
            std::any_of(policy.macvlan_parents.begin(), policy.macvlan_parents.end(),
                        [&](const InterfaceName& parent) { return parent.text == interface.name; });
        // A bridge's port receives frames for the bridge's other members by right.
        const bool by_itself = policy.macvlan_parents.empty() && interface.master == 0 &&
                               certainly_outside(interface, facts.interfaces);
        if (named || by_itself) {
            names.push_back(interface.name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

// Frames to another address of the link, which only a macvlan takes; and of those to everybody, the
// copies that macvlans get.
Chain others() {
    Chain chain{.name = "others"};
    chain.rules = {
        rule(one_of(Field::icmpv6_type, {kMldQuery, kMldReport, kMldDone, kRouterAdvert,
                                         kNeighborSolicit, kNeighborAdvert, kMld2Report}),
             accept()),
        rule(is(Field::pkttype, kPkttypeOther), jump("answers")),
        rule(is(Field::ip_protocol, kIgmp), accept()),
        rule(is(Field::protocol, kEthertypeIpv4), is(Field::udp_sport, 67),
             is(Field::udp_dport, 68), accept()),
        rule(count("d_macvlan"), drop()),
    };
    return chain;
}

Chain answers() {
    Match no_syn = masked(Field::tcp_flags, kSyn | kAck, kSyn);
    no_syn.negated = true;
    Chain chain{.name = "answers"};
    chain.rules = {
        rule(std::move(no_syn), accept()),
        rule(one_of(Field::udp_sport, {53, 123, kIngressPort}),
             between(Field::udp_dport, kFirstClientPort, 65'535), accept()),
        rule(one_of(Field::icmp_type,
                    {kIcmpEchoReply, kIcmpUnreachable, kIcmpTimeExceeded, kIcmpParameterProblem}),
             accept()),
        rule(one_of(Field::icmpv6_type, {kIcmpv6Unreachable, kIcmpv6TooBig, kIcmpv6TimeExceeded,
                                         kIcmpv6ParameterProblem, kIcmpv6EchoReply}),
             accept()),
    };
    return chain;
}

// ipvlan shares the device's own address, so its frames look like ours until the IP address is
// asked. What the host itself routes inward loses answers to a UDP port below 32768, nothing else:
// the gate drops such SYNs as well.
Chain ours() {
    const Match elsewhere =
        none_of(Field::fib_daddr_type, {kRtnLocal, kRtnBroadcast, kRtnMulticast});
    Chain chain{.name = "ours"};
    chain.rules = {
        rule(masked(Field::tcp_flags, kSyn | kAck, kSyn), elsewhere, count("d_ipvlan"), drop()),
        rule(between(Field::udp_dport, 0, kFirstClientPort - 1), elsewhere, count("d_ipvlan"),
             drop()),
    };
    return chain;
}

}  // namespace

void add_layer2(const FirewallConfig& policy, const Facts& facts, Program& program) {
    std::vector<std::string> devices = parents(policy, facts);
    if (devices.empty()) {
        return;
    }
    Table table{.family = Family::netdev, .name = std::string{kLayer2Table}};
    Chain chain{
        .name = "layer2",
        .base = Base{
            .hook = Hook::ingress, .priority = kPriorityLayer2, .devices = std::move(devices)}};
    chain.rules = {rule(none_of(Field::protocol, {kEthertypeIpv4, kEthertypeIpv6}), accept()),
                   rule(is(Field::pkttype, kPkttypeHost), go("ours")), rule(go("others"))};
    table.chains = {std::move(chain), others(), answers(), ours()};
    program.tables.push_back(std::move(table));
}

}  // namespace portcullis::firewall
