#include "firewall/program/words.h"

#include "firewall/program/build.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace build;

TEST(Words, MatchesReadAsNftWritesThem) {
    EXPECT_EQ(match_text(is(Field::tcp_dport, 443)), "tcp dport 443");
    EXPECT_EQ(match_text(none_of(Field::udp_sport, {53, 123})), "udp sport != { 53, 123 }");
    EXPECT_EQ(match_text(between(Field::tcp_option_mss, 1, 535)), "tcp option maxseg size 1-535");
    EXPECT_EQ(match_text(not_in(Field::ip_saddr, "cluster4")), "ip saddr != @cluster4");
    EXPECT_EQ(match_text(begins(Field::iifname, "br-")), "iifname \"br-*\"");
    EXPECT_EQ(match_text(named(Field::iifkind, {"bridge"})), "meta iifkind \"bridge\"");
    EXPECT_EQ(match_text(state(kCtNew | kCtEstablished)), "ct state established,new");
    EXPECT_EQ(match_text(syn()), "tcp flags & (fin|syn|rst|ack) == syn");
    EXPECT_EQ(match_text(masked(Field::ip_frag_off, 0x3fff, 0)), "ip frag-off & 0x3fff == 0");
    EXPECT_EQ(match_text(is(Field::fib_saddr_oif, 0)), "fib saddr oif missing");
    EXPECT_EQ(match_text(is(Field::exthdr_frag, 1)), "exthdr frag exists");
    EXPECT_EQ(match_text(is(Field::l4proto, 99)), "meta l4proto 99");
}

TEST(Words, AddressesAreValuesPrefixesOrRanges) {
    EXPECT_EQ(match_text(within(Field::ip_daddr, "127.0.0.0/8")), "ip daddr 127.0.0.0/8");
    EXPECT_EQ(match_text(within(Field::ip6_saddr, "fe80::/10", true)), "ip6 saddr != fe80::/10");
    EXPECT_EQ(match_text(within(Field::ip6_daddr, "::1")), "ip6 daddr ::1");
    const auto range = [](std::uint64_t first, std::uint64_t last) {
        return interval_text(Field::ip_saddr, {{first, 4}, {last, 4}});
    };
    EXPECT_EQ(range(0x0a000000, 0x0affffff), "10.0.0.0/8");
    EXPECT_EQ(range(0x0a000000, 0x0a000001), "10.0.0.0/31");
    EXPECT_EQ(range(0x0a000001, 0x0a000002), "10.0.0.1-10.0.0.2");
    EXPECT_EQ(range(0x0a000004, 0x0a000008), "10.0.0.4-10.0.0.8");
    EXPECT_EQ(range(0, 0xffffffff), "0.0.0.0/0");
}

TEST(Words, QuotesHoldNothingThatEndsThem) {
    EXPECT_EQ(quoted("a\"b\\c\nd"), "\"abcd\"");
}

TEST(Words, OnlyLeadingBitsAreAPrefix) {
    EXPECT_EQ(prefix_bits(Bytes{0xffff0000, 4}), 16);
    EXPECT_EQ(prefix_bits(Bytes{0, 4}), 0);
    EXPECT_EQ(prefix_bits(Bytes{0xff00ff00, 4}), -1);
}

}  // namespace
}  // namespace portcullis::firewall
