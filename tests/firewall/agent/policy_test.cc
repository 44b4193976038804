#include "firewall/agent/policy.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

Facts one_uplink() {
    Facts facts;
    Interface loopback{.index = 1, .name = "lo"};
    loopback.loopback = true;
    facts.interfaces = {loopback, {.index = 2, .name = "eth0"}};
    return facts;
}

TEST(LoadPolicy, GivesTheConfigurationAndItsText) {
    const test::TempDir dir;
    const auto file = dir.write("x.yaml", "firewall: { mode: published }\n");
    const PolicyAttempt attempt = load_policy(file);
    ASSERT_TRUE(attempt.policy) << attempt.complaints;
    EXPECT_EQ(attempt.policy->wall().mode, FirewallMode::published);
    EXPECT_EQ(attempt.policy->text, "firewall: { mode: published }\n");
}

TEST(LoadPolicy, StillSaysWhereTheStateIsWhenSomethingElseIsWrong) {
    const PolicyAttempt attempt =
        policy_of("firewall: { mode: egde, state: /var/x }\n", "/etc/x.yaml");
    EXPECT_FALSE(attempt.policy);
    EXPECT_NE(attempt.complaints.find("'egde'"), std::string::npos);
    EXPECT_EQ(attempt.draft.state, "/var/x");
    EXPECT_EQ(load_policy("/nonexistent").draft.state, FirewallConfig{}.state);
}

TEST(ProvenProgram, IsThatOfThePolicy) {
    for (const FirewallMode mode :
         {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        FirewallConfig policy;
        policy.mode = mode;
        const auto program = proven_program(policy, one_uplink());
        ASSERT_TRUE(program) << program.error().text;
        EXPECT_NE(find_table(*program, kTable), nullptr);
    }
}

TEST(ProvenProgram, IsNoneWhenABanOrAFeedWouldCutWhomThePolicyNames) {
    FirewallConfig policy;
    policy.cluster.peers = {Cidr::parse("10.0.0.0/24").value()};
    policy.management.from = {Cidr::parse("10.9.0.0/24").value()};
    Facts facts = one_uplink();
    facts.bans = {{Cidr::parse("10.0.0.7").value(), Expiry::max()}};
    EXPECT_EQ(
        proven_program(policy, facts).error().text,
        "10.0.0.7/32 is to be dropped and would cut 10.0.0.0/24, which the configuration lets in");
    facts.bans.clear();
    facts.feed = {Cidr::parse("10.0.0.0/8").value()};
    policy.cluster.peers.clear();
    EXPECT_EQ(
        proven_program(policy, facts).error().text,
        "10.0.0.0/8 is to be dropped and would cut 10.9.0.0/24, which the configuration lets in");
    facts.feed = {Cidr::parse("11.0.0.0/8").value()};
    EXPECT_TRUE(proven_program(policy, facts));
}

}  // namespace
}  // namespace portcullis::firewall
