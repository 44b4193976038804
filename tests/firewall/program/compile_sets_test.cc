#include "firewall/program/print.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

std::string held(const Program& program, std::string_view name) {
    const Set* set = find_set(program.tables.at(0), name);
    if (set == nullptr) {
        return "none";
    }
    std::string text;
    for (const Element& element : set->elements) {
        text += (text.empty() ? "" : " ") + print_element(element, set->type);
    }
    return text;
}

TEST(Sides, AnIndexIsAskedBeforeAnyName) {
    for (const char* chain : {"early", "raw_in", "gate", "canary_in", "canary_fwd"}) {
        const auto asked = lines(compiled(FirewallMode::edge), chain);
        ASSERT_EQ(asked.size(), 5U) << chain;
        EXPECT_TRUE(asked[0].starts_with("iif @uplinks goto ")) << chain;
        EXPECT_EQ(asked[1], "iif 1 accept") << chain;
        EXPECT_EQ(asked[2],
                  "iifname @inside meta iifkind { \"bridge\", \"dummy\", \"tun\", \"veth\", "
                  "\"wireguard\" } accept")
            << chain;
        EXPECT_EQ(asked[3], "iifname \"br-*\" meta iifkind \"bridge\" accept") << chain;
        EXPECT_TRUE(asked[4].starts_with("goto ")) << "whatever is left is outside: " << chain;
    }
}

TEST(Sides, DevicesAreUplinksWhetherThePolicyNamesThemOrNot) {
    EXPECT_EQ(held(compiled(FirewallMode::edge), "uplinks"), "2 3");
    FirewallConfig policy;
    policy.inside = {{"lo"}, {"eth1"}, {"docker0"}};
    EXPECT_EQ(held(compile(policy, machine()), "uplinks"), "2 3")
        << "a device is outside, even if the policy calls it inside";
}

TEST(Sides, AnUplinkThatThePolicyNamesIsOneWhateverItsKind) {
    FirewallConfig policy;
    policy.uplinks = {{.interface = {"docker0"}}};
    EXPECT_EQ(held(compile(policy, machine()), "uplinks"), "2 3 5");
}

TEST(Sides, LoopbackNeedsNoName) {
    FirewallConfig policy;
    policy.inside = {{"lo"}};
    const Program program = compile(policy, machine());
    EXPECT_EQ(held(program, "inside"), "none");
    EXPECT_EQ(lines(program, "gate").size(), 4U);
}

TEST(Sets, WhatThePolicyLeavesOutHasNoSet) {
    const Program plain = compiled(FirewallMode::edge);
    for (const char* set :
         {"mgmt4", "mgmt6", "bogon4", "bogon_if", "loose", "feed4", "u1", "conns4", "v1"}) {
        EXPECT_EQ(held(plain, set), "none") << set;
    }
    const Program all = everything_in(FirewallMode::published);
    for (const char* set :
         {"mgmt4", "mgmt6", "bogon4", "bogon_if", "loose", "feed4", "u1", "conns4", "v1"}) {
        EXPECT_NE(held(all, set), "none") << set;
    }
}

TEST(Sets, WhomThePolicyExpectsIsNoBogon) {
    const std::string bogons = held(everything_in(FirewallMode::edge), "bogon4");
    EXPECT_NE(bogons.find("10.0.0.0/13 10.8.1.0-10.8.255.255 10.9.1.0-10.255.255.255"),
              std::string::npos)
        << bogons;
}

TEST(Sets, BansAndFeedsAreMerged) {
    const Program program = everything_in(FirewallMode::edge);
    EXPECT_EQ(held(program, "ban4"), "7.7.7.7");
    EXPECT_EQ(held(program, "bannet4"), "7.8.0.0/16");
    EXPECT_EQ(held(program, "bannet6"), "2001:4860::/32");
    EXPECT_EQ(held(program, "feed4"), "6.0.0.0/8");
    EXPECT_EQ(held(program, "feed6"), "2a00:6::/32");
    EXPECT_EQ(find_set(program.tables[0], "ban4")->size, 131'072U);
    EXPECT_TRUE(find_set(program.tables[0], "bannet4")->timeout);
}

}  // namespace
}  // namespace portcullis::firewall
