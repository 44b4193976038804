#include "firewall/netlink/limits.h"

#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(CheckName, TakesAsManyBytesAsTheKernelDoesAndNoMore) {
    EXPECT_TRUE(check_name("set", std::string(255, 'a')));
    const Result<void> longer = check_name("set", std::string(256, 'a'));
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().text,
              "set 'aaaaaaaaaaaaaaaaaaaaaaaa' has 256 bytes; the kernel takes 255");
    EXPECT_TRUE(check_name("device", std::string(15, 'a'), kDeviceMax));
    EXPECT_FALSE(check_name("device", std::string(16, 'a'), kDeviceMax));
}

TEST(CheckName, RefusesNoneAndZeroBytes) {
    EXPECT_FALSE(check_name("chain", ""));
    EXPECT_FALSE(check_name("chain", std::string{"a\0b", 3}));
}

TEST(CheckSet, RefusesElementsThatTheSetCannotHold) {
    const Bytes low = test::address("10.0.0.1");
    const Bytes high = test::address("10.0.0.9");
    Set hash;
    hash.name = "ban4";
    hash.type = KeyType::ipv4;
    const auto with = [&](Set set, const Element& element) {
        set.elements = {element};
        return check_set(set).has_value();
    };
    Set interval = hash;
    interval.interval = true;
    Set timed = hash;
    timed.timeout = true;
    EXPECT_TRUE(with(hash, {low, low, std::nullopt}));
    EXPECT_FALSE(with(hash, {low, high, std::nullopt})) << "an interval";
    EXPECT_TRUE(with(interval, {low, high, std::nullopt}));
    EXPECT_FALSE(with(interval, {high, low, std::nullopt})) << "ends before it begins";
    EXPECT_FALSE(with(hash, {low, low, Expiry{}})) << "an expiry";
    EXPECT_TRUE(with(timed, {low, low, Expiry{}}));
    EXPECT_FALSE(with(hash, {test::address("::1"), test::address("::1"), std::nullopt}))
        << "the other family";
}

}  // namespace
}  // namespace portcullis::firewall
