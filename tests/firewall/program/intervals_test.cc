#include "firewall/program/intervals.h"

#include <gtest/gtest.h>

#include <random>

namespace portcullis::firewall {
namespace {

std::vector<Cidr> prefixes(std::initializer_list<const char*> texts) {
    std::vector<Cidr> result;
    for (const char* text : texts) {
        result.push_back(Cidr::parse(text).value());
    }
    return result;
}

std::string text(const Bytes& bytes) {
    std::string result;
    for (const std::uint8_t byte : bytes) {
        result += (result.empty() ? "" : ".") + std::to_string(byte);
    }
    return result;
}

std::string text(const std::vector<Interval>& intervals) {
    std::string result;
    for (const Interval& one : intervals) {
        result += text(one.first) + "-" + text(one.last) + " ";
    }
    return result;
}

std::string text(const std::vector<Element>& elements) {
    std::string result;
    for (const Element& one : elements) {
        result += text(one.first) + "-" + text(one.last) + "@" +
                  std::to_string(one.expires.value().time_since_epoch().count()) + " ";
    }
    return result;
}

Ban ban(const char* prefix, int until) {
    return {Cidr::parse(prefix).value(), Expiry{std::chrono::seconds{until}}};
}

TEST(Merged, OverlapsAndNeighboursBecomeOne) {
    EXPECT_EQ(text(merged(prefixes({"10.0.1.0/24", "10.0.0.0/24", "10.0.0.5", "10.0.3.0/24"}),
                          IpFamily::v4)),
              "10.0.0.0-10.0.1.255 10.0.3.0-10.0.3.255 ");
    EXPECT_EQ(text(merged(prefixes({"0.0.0.0/0", "255.255.255.255"}), IpFamily::v4)),
              "0.0.0.0-255.255.255.255 ");
}

TEST(Merged, TakesOneFamilyOnly) {
    EXPECT_EQ(merged(prefixes({"10.0.0.0/8", "2001:db8::/32"}), IpFamily::v4).size(), 1U);
    EXPECT_EQ(merged(prefixes({"10.0.0.0/8", "2001:db8::/32"}), IpFamily::v6).size(), 1U);
}

TEST(Without, TakesPiecesOut) {
    const auto ten = merged(prefixes({"10.0.0.0/8", "192.168.0.0/16"}), IpFamily::v4);
    const auto minus = [&](std::initializer_list<const char*> gone) {
        return text(without(ten, merged(prefixes(gone), IpFamily::v4)));
    };
    EXPECT_EQ(minus({}), "10.0.0.0-10.255.255.255 192.168.0.0-192.168.255.255 ");
    EXPECT_EQ(minus({"10.0.0.0/24"}), "10.0.1.0-10.255.255.255 192.168.0.0-192.168.255.255 ");
    EXPECT_EQ(minus({"10.1.0.0/16", "10.255.255.255"}),
              "10.0.0.0-10.0.255.255 10.2.0.0-10.255.255.254 192.168.0.0-192.168.255.255 ");
    EXPECT_EQ(minus({"8.0.0.0/6"}), "192.168.0.0-192.168.255.255 ");
    EXPECT_EQ(minus({"0.0.0.0/0"}), "");
}

TEST(Bans, AddressesAndPrefixesGoToDifferentSets) {
    const std::vector<Ban> bans{ban("10.0.0.1", 5), ban("10.0.0.0/24", 9), ban("10.0.0.1", 7),
                                ban("2001:db8::1", 3)};
    EXPECT_EQ(text(banned_addresses(bans, IpFamily::v4)), "10.0.0.1-10.0.0.1@7 ");
    EXPECT_EQ(text(banned_prefixes(bans, IpFamily::v4)), "10.0.0.0-10.0.0.255@9 ");
    EXPECT_EQ(banned_addresses(bans, IpFamily::v6).size(), 1U);
    EXPECT_EQ(banned_prefixes(bans, IpFamily::v6).size(), 0U);
}

TEST(Bans, WherePrefixesNestTheLongestBanCounts) {
    EXPECT_EQ(text(banned_prefixes({ban("10.0.0.0/8", 5), ban("10.1.0.0/16", 9)}, IpFamily::v4)),
              "10.0.0.0-10.0.255.255@5 10.1.0.0-10.1.255.255@9 10.2.0.0-10.255.255.255@5 ");
    EXPECT_EQ(text(banned_prefixes({ban("10.0.0.0/8", 9), ban("10.1.0.0/16", 5)}, IpFamily::v4)),
              "10.0.0.0-10.255.255.255@9 ");
    EXPECT_EQ(
        text(banned_prefixes({ban("255.0.0.0/8", 1), ban("255.255.255.0/24", 2)}, IpFamily::v4)),
        "255.0.0.0-255.255.254.255@1 255.255.255.0-255.255.255.255@2 ");
}

// Each address of a small world by itself, against the elements.
TEST(Bans, AgreeWithEveryAddressAskedByItself) {
    std::mt19937 random{7};
    for (int round = 0; round < 200; ++round) {
        std::vector<Ban> bans;
        for (auto i = random() % 12; i > 0; --i) {
            const int bits = 24 + static_cast<int>(random() % 8U);
            const auto low = static_cast<std::uint32_t>(random()) & (0xffU << (32 - bits)) & 0xffU;
            const std::uint32_t address = 0xffffff00U | low;
            bans.push_back({{IpAddress::v4(address), bits},
                            Expiry{std::chrono::seconds{static_cast<int>(random() % 4)}}});
        }
        const auto elements = banned_prefixes(bans, IpFamily::v4);
        for (std::size_t i = 1; i < elements.size(); ++i) {
            ASSERT_LT(elements[i - 1].last, elements[i].first);
        }
        for (std::uint32_t address = 0xffffff00U;; ++address) {
            std::optional<Expiry> want;
            for (const Ban& one : bans) {
                if (one.prefix.contains(IpAddress::v4(address))) {
                    want = std::max(want.value_or(one.until), one.until);
                }
            }
            std::optional<Expiry> got;
            for (const Element& one : elements) {
                if (one.first <= Bytes{address, 4} && Bytes{address, 4} <= one.last) {
                    got = one.expires;
                }
            }
            ASSERT_EQ(got, want) << address;
            if (address == 0xffffffffU) {
                break;
            }
        }
    }
}

}  // namespace
}  // namespace portcullis::firewall
