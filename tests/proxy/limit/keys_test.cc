#include "proxy/limit/keys.h"

#include <gtest/gtest.h>

#include <set>

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

}  // namespace
}  // namespace portcullis::limit
