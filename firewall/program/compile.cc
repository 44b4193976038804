#include "firewall/program/compile.h"

#include "firewall/program/compile_parts.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

Serving serving(const FirewallConfig& policy, const Facts& facts) {
    if (policy.mode == FirewallMode::closed) {
        return Serving::nobody;
    }
    return policy.mode == FirewallMode::edge && facts.listener_is_ours ? Serving::untracked
                                                                       : Serving::tracked;
}

// Every counter that a rule names, once, by name.
void declare_counters(Table& table) {
    for (const Chain& chain : table.chains) {
        for (const Rule& rule : chain.rules) {
            for (const Statement& statement : rule.statements) {
                if (const auto* count = std::get_if<Count>(&statement)) {
                    table.counters.push_back(count->counter);
                }
            }
        }
    }
    std::sort(table.counters.begin(), table.counters.end());
    table.counters.erase(std::unique(table.counters.begin(), table.counters.end()),
                         table.counters.end());
}

}  // namespace

Program compile(const FirewallConfig& policy, const Facts& facts) {
    Program program;
    Table table{.family = Family::inet, .name = std::string{kTable}};
    const Parts parts{policy, facts, serving(policy, facts), table};
    add_sets(parts);
    add_limiter_sets(parts);
    add_early(parts);
    add_raw(parts);
    add_gate(parts);
    add_icmp(parts);
    add_synproxy(parts);
    add_canary(parts);
    program.tables.push_back(std::move(table));
    add_layer2(policy, facts, program);
    for (Table& each : program.tables) {
        declare_counters(each);
    }
    return program;
}

}  // namespace portcullis::firewall
