#include "firewall/program/compile.h"

#include "firewall/program/print.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace portcullis::firewall {
namespace {

using namespace test;

constexpr FirewallMode kModes[] = {FirewallMode::edge, FirewallMode::published,
                                   FirewallMode::closed};

template <class Kind>
std::set<std::string> named_by_rules(const Table& table, auto name_of) {
    std::set<std::string> names;
    for (const Chain& chain : table.chains) {
        for (const Rule& rule : chain.rules) {
            for (const Statement& statement : rule.statements) {
                if (const auto* one = std::get_if<Kind>(&statement)) {
                    names.insert(name_of(*one));
                }
            }
        }
    }
    names.erase("");
    return names;
}

TEST(Compile, EqualPolicyAndFactsGiveEqualPrograms) {
    for (const FirewallMode mode : kModes) {
        EXPECT_EQ(everything_in(mode), everything_in(mode));
    }
    EXPECT_NE(compiled(FirewallMode::edge), compiled(FirewallMode::published));
    EXPECT_NE(compiled(FirewallMode::edge), compiled(FirewallMode::closed));
}

TEST(Compile, EveryNameThatARuleUsesIsDeclaredOnce) {
    for (const FirewallMode mode : kModes) {
        for (const Program& program : {compiled(mode), everything_in(mode)}) {
            for (const Table& table : program.tables) {
                const auto counters =
                    named_by_rules<Count>(table, [](const Count& c) { return c.counter; });
                EXPECT_EQ(counters,
                          (std::set<std::string>{table.counters.begin(), table.counters.end()}));
                EXPECT_EQ(counters.size(), table.counters.size());
                for (const auto& chain :
                     named_by_rules<Verdict>(table, [](const Verdict& v) { return v.chain; })) {
                    EXPECT_NE(find_chain(table, chain), nullptr) << chain;
                }
                for (const auto& set : named_by_rules<Match>(table, [](const Match& m) {
                         const auto* in = std::get_if<InSet>(&m.operand);
                         return in == nullptr ? "" : in->set;
                     })) {
                    EXPECT_NE(find_set(table, set), nullptr) << set;
                }
                for (const auto& set :
                     named_by_rules<Sketch>(table, [](const Sketch& s) { return s.set; })) {
                    EXPECT_NE(find_set(table, set), nullptr) << set;
                }
            }
        }
    }
}

TEST(Compile, EveryChainIsEnteredByAHookOrAJump) {
    for (const FirewallMode mode : kModes) {
        const Program program = everything_in(mode);
        for (const Table& table : program.tables) {
            const auto targets =
                named_by_rules<Verdict>(table, [](const Verdict& v) { return v.chain; });
            for (const Chain& chain : table.chains) {
                EXPECT_TRUE(chain.base.has_value() || targets.contains(chain.name)) << chain.name;
            }
        }
    }
}

TEST(Compile, OperandsHaveTheWidthOfTheirFieldAndAreSorted) {
    for (const FirewallMode mode : kModes) {
        const Program program = everything_in(mode);
        for (const Table& table : program.tables) {
            for (const Chain& chain : table.chains) {
                for (const Rule& rule : chain.rules) {
                    for (const Statement& statement : rule.statements) {
                        const auto* match = std::get_if<Match>(&statement);
                        if (match == nullptr) {
                            continue;
                        }
                        const std::size_t width = facts_of(match->field).width;
                        EXPECT_TRUE(match->mask.empty() || match->mask.size() == width);
                        if (const auto* values = std::get_if<Values>(&match->operand)) {
                            EXPECT_FALSE(values->empty());
                            EXPECT_TRUE(std::is_sorted(values->begin(), values->end()))
                                << print(rule);
                            for (const Interval& one : *values) {
                                EXPECT_EQ(one.first.size(), width) << print(rule);
                                EXPECT_EQ(one.last.size(), width) << print(rule);
                            }
                        }
                    }
                }
            }
        }
    }
}

TEST(Compile, WhenSomebodyElseListensEdgeBecomesStateful) {
    FirewallConfig policy;
    Facts facts = machine();
    facts.listener_is_ours = false;
    FirewallConfig published;
    published.mode = FirewallMode::published;
    EXPECT_EQ(compile(policy, facts), compile(published, facts));
    policy.mode = FirewallMode::closed;
    EXPECT_FALSE(has_line(compile(policy, facts), "outside",
                          "tcp dport 443 ct state established,new accept"));
}

TEST(Compile, FollowedPeersAreAddedToTheConfiguredOnes) {
    FirewallConfig policy;
    policy.cluster.peers = {Cidr::parse("10.0.0.0/25").value()};
    Facts facts = machine();
    facts.peers = {Cidr::parse("10.0.0.128/25").value(), Cidr::parse("10.0.0.5").value()};
    const Program program = compile(policy, facts);
    const Set* peers = find_set(program.tables[0], "cluster4");
    ASSERT_EQ(peers->elements.size(), 1U);
    EXPECT_EQ(print_element(peers->elements[0], peers->type), "10.0.0.0/24");
}

}  // namespace
}  // namespace portcullis::firewall
