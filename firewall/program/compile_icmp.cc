// The ICMP that a machine cannot do without.
#include "firewall/program/compile_parts.h"

namespace portcullis::firewall {
namespace {

using namespace build;

// Neighbours, routers and multicast listeners of the link (RFC 4890, 4.4.1).
Chain discovery() {
    Chain chain{.name = "discovery"};
    const Match link_local = within(Field::ip6_saddr, "fe80::/10");
    chain.rules = {
        rule(one_of(Field::icmpv6_type, {kNeighborSolicit, kNeighborAdvert}),
             is(Field::ip6_hoplimit, 255), accept()),
        rule(is(Field::icmpv6_type, kRouterAdvert), is(Field::ip6_hoplimit, 255), link_local,
             accept()),
        rule(within(Field::ip6_saddr, "::"), is(Field::icmpv6_type, kMld2Report),
             is(Field::ip6_hoplimit, 1), accept()),
        rule(link_local, one_of(Field::icmpv6_type, {kMldQuery, kMldReport, kMldDone, kMld2Report}),
             is(Field::ip6_hoplimit, 1), accept()),
    };
    return chain;
}

}  // namespace

void add_icmp(const Parts& parts) {
    const std::size_t errors = parts.policy.limits.icmp_errors;
    const std::size_t echoes = parts.policy.limits.echo_requests;
    const Match problems4 =
        one_of(Field::icmp_type, {kIcmpUnreachable, kIcmpTimeExceeded, kIcmpParameterProblem});
    const Match problems6 =
        one_of(Field::icmpv6_type,
               {kIcmpv6Unreachable, kIcmpv6TooBig, kIcmpv6TimeExceeded, kIcmpv6ParameterProblem});
    Chain chain{.name = "icmps"};
    chain.rules = {
        rule(is(Field::l4proto, kIcmpv6), jump("discovery")),
        // About a connection that was let in: its path MTU depends on it.
        rule(problems4, state(kCtRelated), accept()), rule(problems6, state(kCtRelated), accept()),
        // About what is not tracked, 443 and VXLAN above all.
        rule(problems4, within_rate(errors, errors), accept()),
        rule(problems6, within_rate(errors, errors), accept()),
        rule(is(Field::icmp_type, kIcmpEchoRequest), within_rate(echoes, 2 * echoes), accept()),
        rule(is(Field::icmpv6_type, kIcmpv6EchoRequest), within_rate(echoes, 2 * echoes), accept()),
        rule(count("d_icmp"), drop())};
    parts.table.chains.push_back(std::move(chain));
    parts.table.chains.push_back(discovery());
}

}  // namespace portcullis::firewall
