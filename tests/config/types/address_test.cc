#include "config/types/address.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>

namespace portcullis {
namespace {

TEST(IpAddress, IsReadAndWrittenCanonically) {
    const std::pair<const char*, const char*> cases[] = {
        {"10.0.0.1", "10.0.0.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"::", "::"},
        {"::1", "::1"},
        {"::ffff:10.0.0.1", "10.0.0.1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
    };
    for (const auto& [text, want] : cases) {
        const auto address = IpAddress::parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->text(), want);
    }
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
    const std::string long_text(200, '1');
    for (const std::string& text :
         {std::string{""}, std::string{"10.0.0"}, std::string{"10.0.0.256"}, std::string{"[::1]"},
          std::string{"::1%eth0"}, std::string{"10.0.0.1\0", 9}, std::string{"10.0.0.1:80"},
          long_text}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
    EXPECT_EQ(IpAddress::parse("shop").error().text,
              "'shop' is not an IP address; write it as 10.0.0.1 or 2001:db8::1");
}

TEST(IpAddress, V4EqualsItsMappedForm) {
    EXPECT_EQ(IpAddress::v4(0x0A000001), IpAddress::parse("::ffff:10.0.0.1").value());
    EXPECT_EQ(IpAddress::v4(0x0A000001).v4_host_order(), 0x0A000001U);
    EXPECT_TRUE(IpAddress::v4(0).is_v4());
    EXPECT_FALSE(IpAddress{}.is_v4());
}

TEST(SocketAddress, IsReadAndWritten) {
    EXPECT_EQ(SocketAddress::parse("10.0.1.4:8080").value().text(), "10.0.1.4:8080");
    EXPECT_EQ(SocketAddress::parse("[2001:DB8::1]:65535").value().text(), "[2001:db8::1]:65535");
}

TEST(SocketAddress, SaysWhatIsWrong) {
    const std::pair<const char*, const char*> cases[] = {
        {"10.0.0.1", "'10.0.0.1' has no port; write it as 10.0.1.4:8080 or [2001:db8::1]:8080"},
        {"[::1]", "'[::1]' has no port; write it as 10.0.1.4:8080 or [2001:db8::1]:8080"},
        {"::1:80",
         "'::1:80' is ambiguous; put the IPv6 address in brackets, as in [2001:db8::1]:8080"},
        {"shop:80", "'shop' is not an IP address; endpoints are addresses, such as 10.0.1.4:8080"},
        {"[10.0.0.1]:80",
         "'10.0.0.1' is not an IP address; endpoints are addresses, such as 10.0.1.4:8080"},
        {"10.0.0.1:0", "'0' is not a port; ports are 1 to 65535"},
        {"10.0.0.1:65536", "'65536' is not a port; ports are 1 to 65535"},
        {"10.0.0.1:", "'' is not a port; ports are 1 to 65535"},
        {"10.0.0.1:80x", "'80x' is not a port; ports are 1 to 65535"},
        {"", "'' has no port; write it as 10.0.1.4:8080 or [2001:db8::1]:8080"},
    };
    for (const auto& [text, want] : cases) {
        const auto address = SocketAddress::parse(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().text, want);
    }
}

TEST(SocketAddress, GoesToTheKernelAndBack) {
    for (const char* text : {"10.0.1.4:8080", "[2001:db8::1]:443"}) {
        const auto address = SocketAddress::parse(text).value();
        sockaddr_storage storage;
        const socklen_t length = address.to(storage);
        EXPECT_EQ(length, address.address.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        EXPECT_EQ(SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage)), address);
    }
}

TEST(SocketAddress, OfADualStackListenerEqualsTheIpv4One) {
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(5000);
    ASSERT_EQ(::inet_pton(AF_INET6, "::ffff:192.0.2.1", &six.sin6_addr), 1);
    EXPECT_EQ(SocketAddress::from(reinterpret_cast<const sockaddr*>(&six)),
              SocketAddress::parse("192.0.2.1:5000").value());
}

}  // namespace
}  // namespace portcullis
