#include "firewall/program/diff.h"

#include "firewall/program/build.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace build;
using namespace test;

Program with(Set set) {
    return {{{.family = Family::inet, .name = "t", .sets = {std::move(set)}}}};
}

Program with(std::vector<Rule> rules) {
    return {{{.family = Family::inet,
              .name = "t",
              .chains = {{.name = "c", .rules = std::move(rules)}}}}};
}

std::string said(const Program& have, const Program& want) {
    return text(diff(have, want), 100);
}

Element address(std::uint64_t number, std::optional<int> until = {}) {
    return {Bytes{number, 4}, Bytes{number, 4},
            until ? std::optional{Expiry{std::chrono::seconds{*until}}} : std::nullopt};
}

TEST(Diff, IsEmptyForEqualPrograms) {
    for (const FirewallMode mode :
         {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        EXPECT_EQ(said(everything_in(mode), everything_in(mode)), "");
    }
    EXPECT_EQ(said({}, {}), "");
}

TEST(Diff, RulesKeepTheirOrder) {
    const Rule a = rule(is(Field::tcp_dport, 1), accept());
    const Rule b = rule(is(Field::tcp_dport, 2), accept());
    const Rule c = rule(is(Field::tcp_dport, 3), accept());
    EXPECT_EQ(said(with({a, b}), with({a, c, b})), "table inet t, chain c\n+ tcp dport 3 accept\n");
    EXPECT_EQ(said(with({a, b, c}), with({a, c})), "table inet t, chain c\n- tcp dport 2 accept\n");
    EXPECT_EQ(said(with({a, b}), with({b, a})),
              "table inet t, chain c\n- tcp dport 1 accept\n+ tcp dport 1 accept\n");
    EXPECT_EQ(said(with({a}), with({b})),
              "table inet t, chain c\n- tcp dport 1 accept\n+ tcp dport 2 accept\n");
}

TEST(Diff, ElementsAreComparedOneByOne) {
    const Set have{.name = "s",
                   .type = KeyType::ipv4,
                   .timeout = true,
                   .elements = {address(1), address(2, 50), address(3, 50), address(5)}};
    const Set want{.name = "s",
                   .type = KeyType::ipv4,
                   .timeout = true,
                   .elements = {address(1), address(2, 52), address(3, 53), address(4)}};
    EXPECT_EQ(
        said(with(have), with(want)),
        "table inet t, set s\n- 0.0.0.3 until 50\n+ 0.0.0.3 until 53\n+ 0.0.0.4\n- 0.0.0.5\n");
}

TEST(Diff, WhatPacketsPutIntoASetIsNoDifference) {
    const Set have{.name = "s", .type = KeyType::ipv4, .dynamic = true, .elements = {address(1)}};
    const Set want{.name = "s", .type = KeyType::ipv4, .dynamic = true};
    EXPECT_EQ(said(with(have), with(want)), "");
}

TEST(Diff, HeadsOfSetsAndChainsCount) {
    EXPECT_EQ(said(with(Set{.name = "s", .type = KeyType::ipv4}),
                   with(Set{.name = "s", .type = KeyType::ipv4, .interval = true})),
              "table inet t, set s\n- type ipv4_addr;\n+ type ipv4_addr; flags interval;\n");
    Program have = compiled(FirewallMode::edge);
    const Program want = have;
    const_cast<Chain*>(find_chain(have.tables[0], "gate"))->base->policy = Policy::accept;
    EXPECT_EQ(said(have, want),
              "table inet portcullis, chain gate\n"
              "- type filter hook prerouting priority -150; policy accept;\n"
              "+ type filter hook prerouting priority -150; policy drop;\n");
}

TEST(Diff, AWholeTableIsAllItsLines) {
    const std::vector<Change> made = diff({}, compiled(FirewallMode::edge));
    const std::vector<Change> gone = diff(compiled(FirewallMode::edge), {});
    EXPECT_EQ(made.size(), gone.size());
    EXPECT_EQ(made.front(), (Change{true, "table inet portcullis", "the table"}));
    EXPECT_EQ(gone.front(), (Change{false, "table inet portcullis", "the table"}));
    EXPECT_GT(made.size(), 100U);
}

TEST(Diff, ALongTextSaysHowMuchIsMissing) {
    const auto changes = diff({}, compiled(FirewallMode::edge));
    EXPECT_EQ(text(changes, 1), "table inet portcullis\n+ the table\nand " +
                                    std::to_string(changes.size() - 1) + " more\n");
}

}  // namespace
}  // namespace portcullis::firewall
