// input and forward 300: nothing should be left to do here. A packet that is counted came around
// the gate, by XDP, tc or somebody's rules; it goes no further.
#include "firewall/program/compile_parts.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace build;

// Ports that somebody outside may have opened a connection to.
std::vector<std::uint64_t> open_ports(const Parts& parts) {
    std::vector<std::uint64_t> ports{68, 546, kSwarmPort, kGossipPort,
                                     parts.policy.cluster.data_path_port};
    if (parts.serving != Serving::nobody) {
        ports.push_back(kIngressPort);
    }
    if (parts.has_set("mgmt4")) {
        ports.push_back(parts.policy.management.port);
    }
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    return ports;
}

Rule unexpected(const std::vector<std::uint64_t>& ports) {
    Rule rule =
        build::rule(one_of(Field::l4proto, {kTcp, kUdp}), is(Field::ct_direction, kCtOriginal));
    if (!ports.empty()) {
        Match others = none_of(Field::ct_original_proto_dst, {});
        for (const std::uint64_t port : ports) {
            const Bytes bytes = value(Field::ct_original_proto_dst, port);
            std::get<Values>(others.operand).push_back({bytes, bytes});
        }
        rule.statements.emplace_back(std::move(others));
    }
    rule.statements.emplace_back(count("canary"));
    rule.statements.emplace_back(drop());
    return rule;
}

}  // namespace

void add_canary(const Parts& parts) {
    parts.table.chains.push_back(by_side(parts, "canary_in",
                                         {.hook = Hook::input, .priority = kPriorityCanary},
                                         "canary_in_outside"));
    Chain in{.name = "canary_in_outside"};
    in.rules = {unexpected(open_ports(parts))};
    parts.table.chains.push_back(std::move(in));
    parts.table.chains.push_back(by_side(parts, "canary_fwd",
                                         {.hook = Hook::forward, .priority = kPriorityCanary},
                                         "canary_fwd_outside"));
    Chain forward{.name = "canary_fwd_outside"};
    // What is untracked is for this machine; only DNAT, which tracks, leads further.
    forward.rules = {
        rule(state(kCtUntracked), count("canary"), drop()),
        unexpected(parts.serving == Serving::tracked ? std::vector<std::uint64_t>{kIngressPort}
                                                     : std::vector<std::uint64_t>{})};
    parts.table.chains.push_back(std::move(forward));
}

}  // namespace portcullis::firewall
