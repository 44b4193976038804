#include "tests/kernel/support/packet.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

const IpAddress kHere = IpAddress::parse("192.0.2.1").value();
const IpAddress kThere = IpAddress::parse("192.0.2.2").value();
const IpAddress kHere6 = IpAddress::parse("2001:db8::1").value();
const IpAddress kThere6 = IpAddress::parse("2001:db8::2").value();

TEST(Packet, IsALegalSynOfIpv4) {
    const Octets want{0x45, 0, 0,   40, 0,    1, 0,    0,    64,   6,    0xf6, 0xcb, 192, 0,
                      2,    1, 192, 0,  2,    2, 0x9c, 0x40, 1,    0xbb, 0,    0,    0,   1,
                      0,    0, 0,   0,  0x50, 2, 0xfa, 0,    0x93, 0xe1, 0,    0};
    EXPECT_EQ(bytes_of(packet(kHere, kThere, Tcp{})), want);
}

TEST(Packet, CarriesOptionsInItsHeadersLength) {
    Packet odd = packet(kHere, kThere, Tcp{.options = {2, 4, 0, 200}});
    odd.options = {0x83, 3, 4, 0};
    const Octets bytes = bytes_of(odd);
    EXPECT_EQ(bytes[0], 0x46);
    EXPECT_EQ(bytes[20], 0x83);
    EXPECT_EQ(bytes[24 + 12], 0x60);
    EXPECT_EQ(bytes.size(), 48U);
}

TEST(Packet, NamesTheFirstExtensionHeaderOfIpv6) {
    Packet odd = packet(kHere6, kThere6, Udp{});
    EXPECT_EQ(bytes_of(odd)[6], kUdp);
    odd.options = {kUdp, 0, 1, 4, 0, 0, 0, 0};
    odd.first_header = 60;
    EXPECT_EQ(bytes_of(odd)[6], 60);
    EXPECT_EQ(bytes_of(odd)[5], 8 + 9);
}

TEST(Packet, FallsIntoTwoFragments) {
    for (const auto& [from, to, head] : {std::tuple{kHere, kThere, 20}, {kHere6, kThere6, 48}}) {
        const Packet whole = packet(from, to, Tcp{.payload = Octets(20, 'x')});
        const std::vector<Octets> parts = in_fragments(whole, 24);
        ASSERT_EQ(parts.size(), 2U);
        EXPECT_EQ(parts[0].size(), head + 24U);
        EXPECT_EQ(parts[1].size(), head + 16U);
    }
}

}  // namespace
}  // namespace portcullis::test
