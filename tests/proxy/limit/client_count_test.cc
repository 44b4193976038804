#include "proxy/limit/client_count.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::limit {
namespace {

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

TEST(ClientCount, LetsAClientHaveSoManyAndNoMore) {
    ClientCount count;
    const IpAddress client = ip("203.0.113.7");
    EXPECT_TRUE(count.try_enter(client, 2));
    EXPECT_TRUE(count.try_enter(client, 2));
    EXPECT_FALSE(count.try_enter(client, 2));
    count.leave(client);
    EXPECT_TRUE(count.try_enter(client, 2)) << "a refusal was not counted";
    EXPECT_FALSE(count.try_enter(client, 2));
}

TEST(ClientCount, HoldsSoManyBytesForAClientAndNoMore) {
    ClientCount count;
    const IpAddress client = ip("203.0.113.7");
    const IpAddress other = ip("203.0.113.8");
    ASSERT_TRUE(count.try_enter(client, 2) && count.try_enter(client, 2));
    ASSERT_TRUE(count.try_enter(other, 2));
    EXPECT_TRUE(count.try_hold(client, 60, 100));
    EXPECT_FALSE(count.try_hold(client, 41, 100)) << "on whichever connection";
    EXPECT_TRUE(count.try_hold(client, 40, 100)) << "a refusal was not counted";
    EXPECT_TRUE(count.try_hold(other, 100, 100));
    count.release(client, 60);
    EXPECT_TRUE(count.try_hold(client, 60, 100));
    EXPECT_FALSE(count.try_hold(client, 1, 100));
}

TEST(ClientCount, AClientIsAnIpv4Address) {
    ClientCount count;
    EXPECT_TRUE(count.try_enter(ip("203.0.113.7"), 1));
    EXPECT_TRUE(count.try_enter(ip("203.0.113.8"), 1));
    EXPECT_FALSE(count.try_enter(ip("203.0.113.7"), 1));
    EXPECT_FALSE(count.try_enter(ip("::ffff:203.0.113.8"), 1)) << "the same, by another listener";
}

TEST(ClientCount, AClientIsAnIpv6NetworkOf64Bits) {
    ClientCount count;
    EXPECT_TRUE(count.try_enter(ip("2001:db8:0:1::1"), 1));
    EXPECT_FALSE(count.try_enter(ip("2001:db8:0:1:ffff:ffff:ffff:ffff"), 1));
    EXPECT_TRUE(count.try_enter(ip("2001:db8:0:2::1"), 1));
    count.leave(ip("2001:db8:0:1::2"));
    EXPECT_TRUE(count.try_enter(ip("2001:db8:0:1::3"), 1));
}

TEST(ClientCount, RemembersOnlyWhoIsThere) {
    ClientCount count;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        EXPECT_TRUE(count.try_enter(IpAddress::v4(i), 5));
    }
    EXPECT_EQ(count.clients(), 1000U);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        count.leave(IpAddress::v4(i));
    }
    EXPECT_EQ(count.clients(), 0U);
    EXPECT_FALSE(count.try_enter(IpAddress::v4(1), 0));
    EXPECT_EQ(count.clients(), 0U) << "who was refused is not there";
}

TEST(ClientCount, ANetworkOfManyClientsHasAMultiple) {
    ClientCount count;
    for (const char* client :
         {"2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1"}) {
        EXPECT_TRUE(count.try_enter(ip(client), 1)) << client;
    }
    EXPECT_FALSE(count.try_enter(ip("2001:db8:0:4::1"), 1)) << "of the same /56";
    EXPECT_TRUE(count.try_enter(ip("2001:db8:0:100::1"), 1)) << "of the same /48";
    EXPECT_EQ(count.connections(ip("2001:db8:0:1::2")), 1U);
}

TEST(AddressHash, SpreadsNeighbours) {
    std::set<std::size_t> buckets;
    for (std::uint32_t i = 0; i < 1024; ++i) {
        buckets.insert(AddressHash{}(IpAddress::v4(i << 8U)) % 1024);
    }
    EXPECT_GT(buckets.size(), 450U) << "chance gives about 647";
}

TEST(ClientCountDeath, NobodyLeavesWhoNeverEntered) {
    ClientCount count;
    EXPECT_DEATH(count.leave(ip("203.0.113.7")), "a client that never entered");
}

}  // namespace
}  // namespace portcullis::limit
