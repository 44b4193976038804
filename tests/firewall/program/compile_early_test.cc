#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace test;

std::size_t place(const std::vector<std::string>& all, std::string_view line) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const std::string& one) {
        return one.find(line) != std::string::npos;
    });
    EXPECT_NE(found, all.end()) << line;
    return static_cast<std::size_t>(found - all.begin());
}

TEST(Early, DuplicateAddressDetectionIsNotTakenForAForgedSource) {
    const auto all = lines(everything_in(FirewallMode::edge), "early_outside");
    const std::size_t discovery = place(all, "nd-neighbor-solicit");
    EXPECT_LT(discovery, place(all, "ip6 saddr :: counter"));
    EXPECT_LT(discovery, place(all, "fib saddr . iif oif missing"));
    EXPECT_LT(place(all, "mld2-listener-report"), place(all, "ip6 saddr :: counter"));
}

TEST(Early, NoAcceptComesBeforeTheTargetIsJudged) {
    const auto all = lines(everything_in(FirewallMode::edge), "early_outside");
    const std::size_t first_accept = place(all, " accept");
    for (const char* judged : {"ip daddr 127.0.0.0/8", "ip6 daddr ::1",
                               "ip6 daddr ::ffff:0.0.0.0/96", "meta pkttype other"}) {
        EXPECT_LT(place(all, judged), first_accept) << judged;
    }
}

TEST(Early, DhcpIsStillBannedAndNeverAFragment) {
    const auto all = lines(everything_in(FirewallMode::edge), "early_outside");
    const std::size_t dhcp = place(all, "udp sport 67 udp dport 68");
    EXPECT_LT(place(all, "@ban4"), dhcp);
    EXPECT_LT(place(all, "@bannet4"), dhcp);
    EXPECT_NE(all[dhcp].find("ip frag-off & 0x3fff == 0"), std::string::npos);
}

TEST(Early, ReversePathIsStrictUnlessThePolicyLoosensAnUplink) {
    const Program plain = compiled(FirewallMode::edge);
    EXPECT_TRUE(has_line(plain, "early_outside",
                         "meta nfproto ipv4 fib saddr . iif oif missing meta ipsec missing counter "
                         "name d_spoof4 drop"));
    const Program all = everything_in(FirewallMode::edge);
    EXPECT_TRUE(has_line(all, "early_outside",
                         "iif != @loose meta nfproto ipv4 fib saddr . iif oif missing meta ipsec "
                         "missing counter name d_spoof4 drop"));
    EXPECT_TRUE(has_line(all, "early_outside",
                         "iif @loose ip6 saddr != fe80::/10 fib saddr oif missing meta ipsec "
                         "missing counter name d_spoof6 drop"));
}

TEST(Early, RedirectsEndHereBecauseConntrackMayCallThemRelated) {
    EXPECT_TRUE(has_line(compiled(FirewallMode::closed), "early_outside",
                         "icmp type redirect counter name d_redirect drop"));
}

TEST(Early, OnlyPeersMayFragmentTcp) {
    const Program program = compiled(FirewallMode::edge);
    EXPECT_TRUE(has_line(program, "early_outside",
                         "ip frag-off & 0x3fff != 0 ip saddr != @cluster4 jump fragments"));
    EXPECT_EQ(lines(program, "fragments").at(0), "meta l4proto tcp counter name d_frag drop");
}

}  // namespace
}  // namespace portcullis::firewall
