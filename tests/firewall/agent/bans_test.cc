#include "firewall/agent/bans.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

Cidr cidr(const char* text) {
    return Cidr::parse(text).value();
}

Expiry at(int seconds) {
    return Expiry{std::chrono::seconds{seconds}};
}

std::string listed(const BanTable& bans) {
    return bans_text(bans);
}

TEST(BanTable, KeepsTheLongerOfTwoBans) {
    BanTable bans{10};
    EXPECT_TRUE(bans.ban({cidr("192.0.2.1"), at(100)}));
    EXPECT_TRUE(bans.ban({cidr("192.0.2.1"), at(200)}));
    EXPECT_FALSE(bans.ban({cidr("192.0.2.1"), at(150)}));
    EXPECT_EQ(listed(bans), "192.0.2.1/32 200\n");
}

TEST(BanTable, HoldsNoMoreThanItMay) {
    BanTable bans{2};
    EXPECT_TRUE(bans.ban({cidr("192.0.2.1"), at(100)}));
    EXPECT_TRUE(bans.ban({cidr("192.0.2.2"), at(100)}));
    EXPECT_FALSE(bans.ban({cidr("192.0.2.3"), at(100)}));
    EXPECT_TRUE(bans.full());
    EXPECT_TRUE(bans.ban({cidr("192.0.2.2"), at(101)})) << "one that is there may last longer";
}

TEST(BanTable, DropsThoseWhoseTimeIsOver) {
    BanTable bans{10};
    bans.ban({cidr("192.0.2.1"), at(100)});
    bans.ban({cidr("2001:db8::/32"), at(101)});
    EXPECT_EQ(bans.take_expired(at(99)), std::vector<Cidr>{});
    EXPECT_EQ(bans.take_expired(at(100)), std::vector{cidr("192.0.2.1")});
    EXPECT_EQ(bans.size(), 1U);
}

TEST(BanTable, UnbansOnlyWhatIsBannedAsSuch) {
    BanTable bans{10};
    bans.ban({cidr("192.0.2.0/24"), at(100)});
    EXPECT_FALSE(bans.unban(cidr("192.0.2.1")));
    EXPECT_EQ(bans.covering(cidr("192.0.2.1").network).value().prefix, cidr("192.0.2.0/24"));
    EXPECT_TRUE(bans.unban(cidr("192.0.2.0/24")));
    EXPECT_FALSE(bans.covering(cidr("192.0.2.1").network));
}

TEST(BanTable, FindsTheBanThatCoversAnAddress) {
    BanTable bans{10};
    bans.ban({cidr("192.0.2.128/25"), at(100)});
    bans.ban({cidr("2001:db8::/64"), at(100)});
    bans.ban({cidr("203.0.113.9"), at(100)});
    EXPECT_TRUE(bans.covering(cidr("192.0.2.128").network));
    EXPECT_FALSE(bans.covering(cidr("192.0.2.127").network));
    EXPECT_TRUE(bans.covering(cidr("203.0.113.9").network));
    EXPECT_TRUE(bans.covering(cidr("2001:db8::1").network));
    EXPECT_FALSE(bans.covering(cidr("2001:db8:0:1::1").network));
}

TEST(BansText, IsReadBackWithoutWhatExpiredMeanwhile) {
    BanTable bans{10};
    bans.ban({cidr("192.0.2.0/24"), at(200)});
    bans.ban({cidr("2001:db8::1"), at(300)});
    const ReadBans read = read_bans(bans_text(bans), 10, at(200));
    EXPECT_EQ(listed(read.bans), "2001:db8::1/128 300\n");
    EXPECT_EQ(read.unread, 0U);
}

TEST(ReadBans, LeavesOutAndCountsWhatIsNoBan) {
    const ReadBans read = read_bans(
        "192.0.2.1/32 100\nnonsense\n\n192.0.2.2/32\n192.0.2.3/32 x\n192.0.2.4/32 "
        "99999999999999999999\n"
        "192.0.2.5/32 9223372036854775807\n192.0.2.6/32 -1\n192.0.2.7/32 100 \n192.0.2.8/32 100",
        10, at(0));
    EXPECT_EQ(listed(read.bans), "192.0.2.1/32 100\n192.0.2.8/32 100\n");
    EXPECT_EQ(read.unread, 8U);
}

TEST(ReadBans, TakesNoMoreThanTheTableHolds) {
    const ReadBans read = read_bans("192.0.2.1/32 9\n192.0.2.2/32 9\n192.0.2.3/32 9\n", 2, at(0));
    EXPECT_EQ(read.bans.size(), 2U);
    EXPECT_EQ(read.unread, 1U);
}

TEST(ParseBannable, RefusesHalfTheWorld) {
    EXPECT_EQ(parse_bannable("192.0.2.1").value().text(), "192.0.2.1/32");
    EXPECT_EQ(parse_bannable("10.0.0.0/8").value().text(), "10.0.0.0/8");
    EXPECT_EQ(parse_bannable("0.0.0.0/7").error().text,
              "0.0.0.0/7 is too wide for a ban; the widest is a /8");
    EXPECT_EQ(parse_bannable("::/15").error().text,
              "::/15 is too wide for a ban; the widest is a /16");
    EXPECT_FALSE(parse_bannable("everybody"));
}

}  // namespace
}  // namespace portcullis::firewall
