#include "firewall/program/evaluate.h"

#include <algorithm>
#include <map>

namespace portcullis::firewall {
namespace {

constexpr int kPriorityConntrack = -200;
constexpr int kDepthMax = 16;  // the kernel's own limit of nested jumps

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

// What the packet has become on its way.
struct Way {
    const Packet& packet;
    std::uint32_t exceeded;
    Judgement judgement{};
    bool tracking_seen = false;  // connection tracking was here
};

enum class Flow : std::uint8_t { next_rule, next_chain, accept, drop, answered };

Bytes conntrack_value(const Way& way, Field field) {
    const bool untracked = way.judgement.untracked || way.packet.untracked_by_others;
    const Bytes& said = way.packet.get(field);
    if (field == Field::ct_state) {
        return untracked                            ? Bytes{kCtUntracked, 4}
               : !way.tracking_seen || said.empty() ? Bytes{kCtInvalid, 4}
                                                    : said;
    }
    const bool entry =
        way.tracking_seen && !untracked && !way.packet.is(Field::ct_state, kCtInvalid);
    return entry ? said : Bytes{};
}

Bytes value_of(const Way& way, Field field) {
    const bool conntrack = field == Field::ct_state || field == Field::ct_direction ||
                           field == Field::ct_original_proto_dst;
    return conntrack ? conntrack_value(way, field) : way.packet.get(field);
}

template <class Range>
bool within(const std::vector<Range>& sorted, const Bytes& value) {
    const auto behind = std::upper_bound(
        sorted.begin(), sorted.end(), value,
        [](const Bytes& wanted, const Range& range) { return wanted < range.first; });
    return behind != sorted.begin() && value <= std::prev(behind)->last;
}

}  // namespace

struct Evaluator::Prepared {
    struct Step {
        const Statement* statement;
        const Set* set = nullptr;      // of a match; null when there is no such set
        std::size_t chain = SIZE_MAX;  // of a jump or goto
    };

    struct PreparedRule {
        const Rule* rule;
        std::vector<Step> steps;
    };

    struct PreparedChain {
        const Chain* chain;
        std::vector<PreparedRule> rules;
    };

    std::vector<PreparedChain> chains;
    std::map<Hook, std::vector<std::size_t>> hooks;  // by priority

    explicit Prepared(const Program& program) {
        for (const Table& table : program.tables) {
            add(table);
        }
        for (auto& [hook, indexes] : hooks) {
            std::stable_sort(indexes.begin(), indexes.end(), [&](std::size_t a, std::size_t b) {
                return chains[a].chain->base->priority < chains[b].chain->base->priority;
            });
        }
    }

    void add(const Table& table) {
        std::map<std::string_view, std::size_t> names;
        for (const Chain& chain : table.chains) {
            names.emplace(chain.name, chains.size() + names.size());
        }
        for (const Chain& chain : table.chains) {
            if (chain.base) {
                hooks[chain.base->hook].push_back(chains.size());
            }
            chains.push_back({&chain, {}});
            for (const Rule& rule : chain.rules) {
                chains.back().rules.push_back({&rule, {}});
                for (const Statement& statement : rule.statements) {
                    chains.back().rules.back().steps.push_back(step(table, names, statement));
                }
            }
        }
    }

    static Step step(const Table& table, const std::map<std::string_view, std::size_t>& names,
                     const Statement& statement) {
        Step step{&statement};
        if (const auto* match = std::get_if<Match>(&statement)) {
            if (const auto* in = std::get_if<InSet>(&match->operand)) {
                step.set = find_set(table, in->set);
            }
        }
        if (const auto* verdict = std::get_if<Verdict>(&statement)) {
            if (const auto found = names.find(verdict->chain); found != names.end()) {
                step.chain = found->second;
            }
        }
        return step;
    }

    static bool matches(const Way& way, const Step& step, const Match& match) {
        Bytes value = value_of(way, match.field);
        if (value.empty()) {
            return false;
        }
        for (std::size_t i = 0; i < match.mask.size() && i < value.size(); ++i) {
            value[i] = static_cast<std::uint8_t>(value[i] & match.mask[i]);
        }
        const auto* values = std::get_if<Values>(&match.operand);
        const bool found = values != nullptr
                               ? within(*values, value)
                               : step.set != nullptr && within(step.set->elements, value);
        return found != match.negated;
    }

    static bool exceeded(Way& way) {
        const std::uint32_t bit = way.judgement.limits++;
        return (way.exceeded >> std::min(bit, 31U) & 1U) != 0;
    }

    // synproxy answers SYNs and takes ACKs; it leaves the rest, such as RST, to the next rule.
    static Flow proxy(const Way& way) {
        const std::uint64_t flags =
            way.packet.has(Field::tcp_flags) ? way.packet.get(Field::tcp_flags).number() : 0;
        return (flags & (kSyn | kAck)) != 0 && (flags & (kFin | kRst)) == 0 ? Flow::answered
                                                                            : Flow::next_rule;
    }

    // next_rule also says "this rule did not match".
    Flow run(Way& way, const PreparedRule& rule, std::size_t base, int depth) const {
        const int priority = chains[base].chain->base->priority;
        for (const Step& step : rule.steps) {
            bool matched = true;
            Flow flow = Flow::next_rule;
            std::visit(
                Overloaded{
                    [&](const Match& match) { matched = matches(way, step, match); },
                    [&](const Count& count) { way.judgement.counted.push_back(count.counter); },
                    [&](const Limit& limit) { matched = exceeded(way) == limit.over; },
                    [&](const Sketch&) { matched = exceeded(way); },
                    [&](const ConnectionCount&) { matched = exceeded(way); }, [&](const Log&) {},
                    [&](const Notrack&) {
                        if (priority < kPriorityConntrack) {
                            way.judgement.untracked = true;
                        }
                    },
                    [&](const Synproxy&) { flow = proxy(way); },
                    [&](const Verdict& verdict) { flow = decide(way, verdict, step, base, depth); },
                    [&](const Foreign&) { matched = false; }},
                *step.statement);
            if (!matched) {
                return Flow::next_rule;
            }
            if (flow != Flow::next_rule) {
                if (flow != Flow::next_chain) {
                    note(way, rule, base, flow);
                }
                return flow;
            }
        }
        return Flow::next_rule;
    }

    Flow decide(Way& way, const Verdict& verdict, const Step& step, std::size_t base,
                int depth) const {
        switch (verdict.kind) {
            case Verdict::Kind::accept:
                return Flow::accept;
            case Verdict::Kind::drop:
                return Flow::drop;
            case Verdict::Kind::back:
                return Flow::next_chain;
            case Verdict::Kind::jump:
            case Verdict::Kind::go:
                break;
        }
        if (step.chain >= chains.size() || depth == kDepthMax) {
            return Flow::drop;
        }
        const Flow flow = walk(way, step.chain, base, depth + 1);
        // A goto leaves this chain for good; a jump comes back behind its rule.
        return flow == Flow::next_chain && verdict.kind == Verdict::Kind::jump ? Flow::next_rule
                                                                               : flow;
    }

    // The rule that decided is the innermost one: an outer one finds the place taken.
    static void note(Way& way, const PreparedRule& rule, std::size_t, Flow) {
        if (way.judgement.rule == nullptr) {
            way.judgement.rule = rule.rule;
        }
    }

    // next_chain: its end was reached, or it returned.
    Flow walk(Way& way, std::size_t index, std::size_t base, int depth) const {
        for (const PreparedRule& rule : chains[index].rules) {
            const Flow flow = run(way, rule, base, depth);
            if (flow != Flow::next_rule) {
                if (way.judgement.rule == rule.rule && flow != Flow::next_chain) {
                    way.judgement.chain = chains[index].chain;
                }
                return flow;
            }
        }
        return Flow::next_chain;
    }

    // False: it ended here.
    bool pass(Way& way, std::size_t index) const {
        const Base& base = *chains[index].chain->base;
        const Rule* before_rule = way.judgement.rule;
        const Chain* before_chain = way.judgement.chain;
        way.judgement.rule = nullptr;
        way.judgement.chain = nullptr;
        Flow flow = walk(way, index, index, 0);
        if (flow == Flow::next_chain) {
            way.judgement.chain = chains[index].chain;
            flow = base.policy == Policy::accept ? Flow::accept : Flow::drop;
        }
        if (flow == Flow::accept) {
            // What later hooks merely let pass is not what let the packet in.
            if (base.hook != Hook::prerouting && before_chain != nullptr) {
                way.judgement.rule = before_rule;
                way.judgement.chain = before_chain;
            } else {
                way.judgement.priority = base.priority;
            }
            return true;
        }
        way.judgement.priority = base.priority;
        way.judgement.outcome = flow == Flow::answered ? Fate::answered : Fate::dropped;
        return false;
    }

    bool pass(Way& way, Hook hook) const {
        const auto found = hooks.find(hook);
        if (found == hooks.end()) {
            return true;
        }
        for (const std::size_t index : found->second) {
            const Base& base = *chains[index].chain->base;
            if (hook == Hook::ingress) {
                const auto on = [&](const std::string& device) {
                    return Bytes::name(device) == way.packet.get(Field::iifname);
                };
                if (std::none_of(base.devices.begin(), base.devices.end(), on)) {
                    continue;
                }
            } else if (hook != Hook::prerouting && hook != Hook::output) {
                way.tracking_seen = true;
            } else {
                way.tracking_seen = base.priority > kPriorityConntrack;
            }
            if (!pass(way, index)) {
                return false;
            }
        }
        return true;
    }
};

Evaluator::Evaluator(const Program& program)
    : prepared_{std::make_unique<const Prepared>(program)} {}

Evaluator::~Evaluator() = default;

Judgement Evaluator::evaluate(const Packet& packet, std::uint32_t exceeded) const {
    static const std::map<Path, std::vector<Hook>> kHooks{
        {Path::input, {Hook::ingress, Hook::prerouting, Hook::input}},
        {Path::forward, {Hook::ingress, Hook::prerouting, Hook::forward}},
        {Path::stacked, {Hook::ingress}},
        {Path::output, {Hook::output}},
        {Path::around_input, {Hook::input}},
        {Path::around_forward, {Hook::forward}}};
    Way way{packet, exceeded};
    for (const Hook hook : kHooks.at(packet.path)) {
        if (!prepared_->pass(way, hook)) {
            return std::move(way.judgement);
        }
    }
    way.judgement.outcome = Fate::accepted;
    return std::move(way.judgement);
}

std::vector<Judgement> Evaluator::all_outcomes(const Packet& packet) const {
    std::vector<Judgement> all{evaluate(packet, 0)};
    // Depth first: each bit that a way asked for, the other way round; never one it did not ask.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> todo;  // bits, and the first to change
    todo.emplace_back(0, 0);
    while (!todo.empty() && all.size() < kCombinationsMax) {
        const auto [bits, from] = todo.back();
        todo.pop_back();
        const std::uint32_t asked = std::min(evaluate(packet, bits).limits, 31U);
        for (std::uint32_t bit = from; bit < asked && all.size() < kCombinationsMax; ++bit) {
            all.push_back(evaluate(packet, bits | 1U << bit));
            todo.emplace_back(bits | 1U << bit, bit + 1);
        }
    }
    return all;
}

}  // namespace portcullis::firewall
