#include "firewall/netlink/features.h"

#include "tests/firewall/netlink/nft.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(ProbeFeatures, LeavesNoTrace) {
    Socket socket = Socket::open().value();
    const Generation before = generation(socket).value();
    const Answer<Features> features = probe_features(socket);
    ASSERT_TRUE(features) << features.error().text;
    EXPECT_EQ(generation(socket).value(), before);
    EXPECT_EQ(test::nft("list ruleset\n").out, "");
}

TEST(ProbeFeatures, FindsWhatNftFinds) {
    Socket socket = Socket::open().value();
    const Features features = probe_features(socket).value();
    const auto takes = [](const std::string& rule, const std::string& hook) {
        return test::nft(
                   "table inet t { set d { type ipv4_addr; size 9; flags dynamic,timeout; }\n"
                   "set e { type ipv4_addr; size 9; flags dynamic; }\n"
                   "chain c { type filter hook " +
                   hook + " priority 0;\n" + rule + "\n}\n}\nflush ruleset\n")
                   .exit_code == 0;
    };
    EXPECT_EQ(features.fib_inet, takes("fib saddr . iif oif missing drop", "prerouting"));
    EXPECT_EQ(features.synproxy, takes("tcp dport 443 synproxy mss 1460 wscale 7", "input"));
    EXPECT_EQ(features.dynamic_limit,
              takes("update @d { ip saddr limit rate over 5/second } drop", "input"));
    EXPECT_EQ(features.connlimit, takes("add @e { ip saddr ct count over 5 } drop", "input"));
    EXPECT_EQ(features.netdev_ingress,
              test::nft("table netdev t { chain c { type filter hook ingress device \"lo\" "
                        "priority 0; }\n}\nflush ruleset\n")
                      .exit_code == 0);
}

TEST(BestOwnership, IsPersistentThenOwnerThenNone) {
    Features features;
    EXPECT_EQ(best_ownership(features), Ownership::none);
    features.owner = true;
    EXPECT_EQ(best_ownership(features), Ownership::owner);
    features.persist = true;
    EXPECT_EQ(best_ownership(features), Ownership::persistent);
}

TEST(DegradedModes, HaveANameAndAConsequenceEach) {
    const std::vector<std::string> all = degraded_modes(Features{});
    EXPECT_EQ(all.size(), 6U);
    for (const std::string& mode : all) {
        EXPECT_NE(mode.find(": "), std::string::npos) << mode;
    }
    EXPECT_EQ(degraded_modes({true, false, true, true, true, true, true}),
              std::vector<std::string>{
                  "owner-not-persistent: our tables end when nobody holds their socket"});
    EXPECT_EQ(degraded_modes({true, true, true, true, true, true, true}),
              std::vector<std::string>{});
}

}  // namespace
}  // namespace portcullis::firewall
