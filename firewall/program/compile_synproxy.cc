// Published mode under a flood: SYNs beyond the rate were left untracked at -300, so Docker's DNAT
// passed them over and they arrive in input, where the kernel answers them with cookies. For each
// that comes back it opens a connection towards the container itself, with the client's address.
#include "firewall/program/compile_parts.h"

namespace portcullis::firewall {
namespace {

using namespace build;

Synproxy answer(const SynproxyFacts& facts, std::uint16_t mss, std::uint8_t wscale) {
    // Without timestamps the options have no place in the cookie: then no more is promised than
    // fits into it, and neither window scale nor SACK does.
    return {mss, facts.timestamps ? wscale : std::uint8_t{0}, facts.timestamps, facts.timestamps};
}

Chain proxied(const Parts& parts) {
    constexpr std::uint16_t kMss4 = 1460;  // Ethernet's 1500 less both headers
    constexpr std::uint16_t kMss6 = 1440;
    const SynproxyFacts& facts = parts.facts.synproxy;
    const Match https = is(Field::tcp_dport, kIngressPort);
    const Match stateless = state(kCtInvalid | kCtUntracked);
    Chain chain{.name = "cookies_outside"};
    chain.rules = {rule(v4(), https, stateless, answer(facts, kMss4, facts.wscale4)),
                   rule(v6(), https, stateless, answer(facts, kMss6, facts.wscale6))};
    return chain;
}

// The proxy's own SYN: its source has answered a cookie, so limits cannot be turned against
// somebody else. Docker's DNAT of the output hook was here already; the original port was not.
Chain verified(const Parts& parts) {
    const FirewallLimits& limits = parts.policy.limits;
    Chain chain{.name = "verified",
                .base = Base{.hook = Hook::output, .priority = kPrioritySynproxy}};
    chain.rules = {
        rule(is_not(Field::l4proto, kTcp), accept()),
        rule(none_of(Field::ct_state, {kCtNew}), accept()),
        rule(is(Field::l4proto, kTcp), is_not(Field::ct_original_proto_dst, kIngressPort),
             accept()),
        commented("our own connections", rule(is(Field::fib_saddr_type, kRtnLocal), accept()))};
    for (const auto& [source, set] :
         {std::pair{Field::ip_saddr, "conns4"}, {Field::ip6_saddr, "conns6"}}) {
        const std::size_t most = limits.connections_per_client;
        chain.rules.push_back(over_sketch(parts, "v", source, limits.syns_per_client,
                                          limits.syn_burst, "d_verified"));
        chain.rules.push_back(rule(source == Field::ip_saddr ? v4() : v6(),
                                   ConnectionCount{set, source, static_cast<std::uint32_t>(most)},
                                   count("d_conns"), drop()));
    }
    return chain;
}

}  // namespace

void add_synproxy(const Parts& parts) {
    if (!parts.synproxy()) {
        return;
    }
    parts.table.chains.push_back(by_side(
        parts, "cookies", {.hook = Hook::input, .priority = kPrioritySynproxy}, "cookies_outside"));
    parts.table.chains.push_back(proxied(parts));
    parts.table.chains.push_back(verified(parts));
}

}  // namespace portcullis::firewall
