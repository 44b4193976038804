#include "proxy/limit/keys.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace portcullis::limit {
namespace {

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

TEST(Keys, AClientIsAnIpv4AddressOrTheNetworkOfOneSubscriber) {
    const auto key = [](std::string_view text) { return key_of(Counted::requests, ip(text)); };
    EXPECT_EQ(key("203.0.113.7"), key("::ffff:203.0.113.7"));
    EXPECT_NE(key("203.0.113.7"), key("203.0.113.8"));
    EXPECT_EQ(key("2001:db8::1"), key("2001:db8::ffff:1"));
    EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
}

TEST(Keys, WhatIsCountedIsToldApart) {
    const IpAddress client = ip("203.0.113.7");
    EXPECT_EQ((std::set{key_of(Counted::connections, client), key_of(Counted::requests, client),
                        key_of(Counted::offences, client)})
                  .size(),
              3U);
}

TEST(Keys, PartsDoNotRunTogether) {
    EXPECT_EQ(key_of({"ab", "c"}), key_of({"ab", "c"}));
    EXPECT_NE(key_of({"ab", "c"}), key_of({"a", "bc"}));
    EXPECT_NE(key_of({"ab", ""}), key_of({"ab"}));
    EXPECT_NE(key_of({"a1:b"}), key_of({"a", "b"}));
}

TEST(Keys, NetworksAroundAnIpv6ClientHaveKeysOfTheirOwn) {
    const auto keys = [](std::string_view text) {
        std::vector<std::pair<std::uint64_t, std::size_t>> all;
        for (const ClientKey& key : keys_of(ip(text))) {
            all.emplace_back(key.key, key.factor);
        }
        return all;
    };
    EXPECT_EQ(keys("203.0.113.7").size(), 1U);
    const auto one = keys("2001:db8:1:100::1");
    ASSERT_EQ(one.size(), 3U);
    EXPECT_EQ(one[1].second, kShareOf56);
    EXPECT_EQ(one[2].second, kShareOf48);
    EXPECT_EQ(keys("2001:db8:1:100::2"), one);
    const auto same_56 = keys("2001:db8:1:1ff::1");
    EXPECT_NE(same_56[0], one[0]);
    EXPECT_EQ(same_56[1], one[1]);
    const auto same_48 = keys("2001:db8:1:200::1");
    EXPECT_NE(same_48[1], one[1]);
    EXPECT_EQ(same_48[2], one[2]);
    EXPECT_NE(keys("2001:db8:2:100::1")[2], one[2]);
    const auto zero = keys("2001:db8::");  // the same bytes at every length
    EXPECT_EQ((std::set{zero[0].first, zero[1].first, zero[2].first}).size(), 3U);
}

}  // namespace
}  // namespace portcullis::limit
