#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace test;

Program published(SynproxyFacts synproxy) {
    FirewallConfig policy;
    policy.mode = FirewallMode::published;
    Facts facts = machine();
    facts.synproxy = synproxy;
    return compile(policy, facts);
}

TEST(Synproxy, PromisesWhatTheListenerWouldByFamily) {
    const Program program = published({true, true, 10, 9});
    EXPECT_EQ(lines(program, "cookies_outside").at(0),
              "meta nfproto ipv4 tcp dport 443 ct state invalid,untracked synproxy mss 1460 wscale "
              "10 timestamp sack-perm");
    EXPECT_EQ(lines(program, "cookies_outside").at(1),
              "meta nfproto ipv6 tcp dport 443 ct state invalid,untracked synproxy mss 1440 wscale "
              "9 timestamp sack-perm");
}

TEST(Synproxy, WithoutTimestampsNothingElseFitsIntoACookie) {
    EXPECT_EQ(lines(published({true, false, 10, 9}), "cookies_outside").at(0),
              "meta nfproto ipv4 tcp dport 443 ct state invalid,untracked synproxy mss 1460");
}

TEST(Synproxy, WhereTheKernelHasNoneEverySynIsTracked) {
    const Program program = published({false, false, 7, 7});
    EXPECT_EQ(find_chain(program.tables[0], "cookies"), nullptr);
    for (const std::string& line : lines(program, "serve_syn")) {
        EXPECT_EQ(line.find("notrack"), std::string::npos) << line;
    }
    for (const std::string& line : lines(program, "outside")) {
        EXPECT_EQ(line.find("untracked"), std::string::npos) << line;
        EXPECT_EQ(line.find("invalid"), std::string::npos) << line;
    }
}

TEST(Synproxy, LimitsOnVerifiedSourcesPassOurOwnConnectionsOver) {
    const auto all = lines(published({true, true, 10, 10}), "verified");
    EXPECT_EQ(all.at(2), "meta l4proto tcp ct original proto-dst != 443 accept");
    EXPECT_EQ(all.at(3), "fib saddr type local accept comment \"our own connections\"");
    EXPECT_EQ(
        all.at(5),
        "meta nfproto ipv4 add @conns4 { ip saddr ct count over 400 } counter name d_conns drop");
    EXPECT_EQ(all.size(), 8U);
}

TEST(Synproxy, IsPartOfNoOtherMode) {
    EXPECT_EQ(find_chain(compiled(FirewallMode::edge).tables[0], "cookies"), nullptr);
    EXPECT_EQ(find_chain(compiled(FirewallMode::closed).tables[0], "verified"), nullptr);
}

}  // namespace
}  // namespace portcullis::firewall
