#include "config/types/cidr.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

IpAddress address(std::string_view text) {
    return IpAddress::parse(text).value();
}

TEST(Cidr, IsReadAndWritten) {
    for (const char* text : {"10.0.0.0/24", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.0.0.1/32",
                             "2001:db8::1/128", "128.0.0.0/1", "2001:db8:8000::/33"}) {
        const auto cidr = Cidr::parse(text);
        ASSERT_TRUE(cidr) << text;
        EXPECT_EQ(cidr->text(), text);
    }
    EXPECT_EQ(Cidr::parse("10.0.0.1").value().text(), "10.0.0.1/32");
    EXPECT_EQ(Cidr::parse("::1").value().text(), "::1/128");
}

TEST(Cidr, SaysWhatWasMeant) {
    const std::pair<const char*, const char*> cases[] = {
        {"10.0.0.1/24",
         "'10.0.0.1/24' has bits behind its prefix; write 10.0.0.0/24 for the network, or 10.0.0.1 "
         "for the one address"},
        {"2001:db8::1/33",
         "'2001:db8::1/33' has bits behind its prefix; write 2001:db8::/33 for the network, or "
         "2001:db8::1 for the "
         "one address"},
        {"10.0.0.0/33", "'33' is not a prefix length; it is 0 to 32"},
        {"::/129", "'129' is not a prefix length; it is 0 to 128"},
        {"10.0.0.0/", "'' is not a prefix length; it is 0 to 32"},
        {"10.0.0.0/-1", "'-1' is not a prefix length; it is 0 to 32"},
        {"10.0.0.0/8/8", "'8/8' is not a prefix length; it is 0 to 32"},
        {"::ffff:10.0.0.0/104",
         "'::ffff:10.0.0.0/104' is an IPv4 address inside IPv6; write it as IPv4, such as "
         "10.0.0.0/32"},
        {"ten/8", "'ten/8' is not an address prefix; write it as 10.0.0.0/24 or 2001:db8::/32"},
    };
    for (const auto& [text, want] : cases) {
        const auto cidr = Cidr::parse(text);
        ASSERT_FALSE(cidr) << text;
        EXPECT_EQ(cidr.error().text, want);
    }
}

TEST(Cidr, ContainsItsFirstAndLastAddressAndNoNeighbour) {
    const std::tuple<const char*, const char*, bool> cases[] = {
        {"10.0.0.0/23", "10.0.0.0", true},
        {"10.0.0.0/23", "10.0.1.255", true},
        {"10.0.0.0/23", "9.255.255.255", false},
        {"10.0.0.0/23", "10.0.2.0", false},
        {"10.0.0.1/32", "10.0.0.1", true},
        {"10.0.0.1/32", "10.0.0.2", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "10.0.0.1", false},
    };
    for (const auto& [cidr, inside, want] : cases) {
        EXPECT_EQ(Cidr::parse(cidr).value().contains(address(inside)), want)
            << cidr << " " << inside;
    }
}

TEST(Truncate, KeepsTheFirstBitsOfTheFamily) {
    EXPECT_EQ(truncate(address("192.0.2.77"), 24, 48).text(), "192.0.2.0");
    EXPECT_EQ(truncate(address("2001:db8:1:2::3"), 24, 48).text(), "2001:db8:1::");
    EXPECT_EQ(truncate(address("192.0.2.77"), 32, 64).text(), "192.0.2.77");
    EXPECT_EQ(truncate(address("192.0.2.77"), 0, 0).text(), "0.0.0.0");
    EXPECT_EQ(truncate(address("2001:db8::1"), 0, 0).text(), "::");
}

}  // namespace
}  // namespace portcullis
