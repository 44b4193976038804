#include "firewall/netlink/known.h"

#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using test::is;
using enum Field;

TEST(Known, AsksForTheNetworkProtocolAsTheTablesFamilyTellsIt) {
    EXPECT_EQ(Known{Family::inet}.missing(ip_saddr), std::vector<Match>{is(nfproto, kNfprotoIpv4)});
    EXPECT_EQ(Known{Family::netdev}.missing(ip6_saddr),
              std::vector<Match>{is(protocol, kEthertypeIpv6)});
}

TEST(Known, AsksForBothProtocolsOfIcmp) {
    EXPECT_EQ(Known{Family::inet}.missing(icmpv6_type),
              (std::vector<Match>{is(nfproto, kNfprotoIpv6), is(l4proto, kIcmpv6)}));
}

TEST(Known, AsksNothingTwice) {
    for (const Match& told : {is(l4proto, kTcp), is(ip_protocol, kTcp), is(ip6_nexthdr, kTcp)}) {
        Known known{Family::inet};
        known.learn(told);
        EXPECT_TRUE(known.missing(tcp_dport).empty()) << facts_of(told.field).nft;
        EXPECT_EQ(known.missing(udp_dport).size(), 1U);
    }
}

TEST(Known, LearnsNothingFromAMatchThatLeavesItOpen) {
    Match not_tcp = is(l4proto, kTcp);
    not_tcp.negated = true;
    const Match either{l4proto, {}, false, test::values(l4proto, {kTcp, kUdp})};
    const Match among{l4proto, {}, false, test::range(l4proto, 1, 6)};
    for (const Match& told : {not_tcp, either, among, test::is_in(l4proto, "s")}) {
        Known known{Family::inet};
        known.learn(told);
        EXPECT_EQ(known.missing(tcp_dport).size(), 1U);
    }
}

TEST(Known, DoesNotTrustAContradiction) {
    Known known{Family::inet};
    known.learn(is(nfproto, kNfprotoIpv6));
    EXPECT_EQ(known.missing(ip_saddr), std::vector<Match>{is(nfproto, kNfprotoIpv4)});
}

TEST(Known, AsksNothingForWhatPresupposesNothing) {
    for (const Field field : {iif, ct_state, fib_saddr_type, ct_original_proto_dst, pkttype}) {
        EXPECT_TRUE(Known{Family::inet}.missing(field).empty()) << facts_of(field).nft;
    }
}

}  // namespace
}  // namespace portcullis::firewall
