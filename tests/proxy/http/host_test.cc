#include "proxy/http/host.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::http {
namespace {

TEST(SplitAuthority, GivesTheCanonicalHostAndThePort) {
    struct Case {
        std::string text;
        std::string host;
        std::optional<std::uint16_t> port;
    };

    for (const Case& c : {
             Case{"a.example", "a.example", {}},
             Case{"A.Example.:443", "a.example", 443},
             Case{"a.example:", "a.example", {}},
             Case{"[::1]:", "::1", {}},
             Case{"a.example:00443", "a.example", 443},
             Case{"localhost:1", "localhost", 1},
             Case{"a_b-c.example:65535", "a_b-c.example", 65535},
             Case{"192.0.2.1:8080", "192.0.2.1", 8080},
             Case{"[2001:DB8:0:0::1]", "2001:db8::1", {}},
             Case{"[::ffff:192.0.2.1]:443", "::ffff:192.0.2.1", 443},
             Case{std::string(63, 'L') + ".example", std::string(63, 'l') + ".example", {}},
         }) {
        const std::vector<char> exact(c.text.begin(), c.text.end());
        const auto authority = split_authority({exact.data(), exact.size()});
        ASSERT_TRUE(authority) << c.text;
        EXPECT_EQ(authority->host(), c.host);
        EXPECT_EQ(authority->port(), c.port) << c.text;
    }
}

TEST(SplitAuthority, AllowsHostsOfUpTo253Bytes) {
    const std::string three =
        std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + ".";
    EXPECT_TRUE(split_authority(three + std::string(60, 'd')));
    EXPECT_TRUE(split_authority(three + std::string(61, 'd')));
    EXPECT_TRUE(split_authority(three + std::string(61, 'd') + "."));
    EXPECT_TRUE(split_authority(three + std::string(61, 'd') + ".:65535"));
    EXPECT_FALSE(split_authority(three + std::string(62, 'd')));
    EXPECT_FALSE(split_authority(std::string(100'000, 'a')));
}

TEST(SplitAuthority, RefusesWhatIsNoHost) {
    using namespace std::string_literals;
    for (const std::string& text : {
             ""s,
             "."s,
             ".."s,
             ".a"s,
             "a..b"s,
             "a.."s,
             ":443"s,
             "a::"s,
             "a:000"s,
             "a:0"s,
             "a:0065536"s,
             "a:65536"s,
             "a:123456"s,
             "a:+1"s,
             "a:4 3"s,
             "a:b"s,
             "a:1:2"s,
             "a b"s,
             " a"s,
             "a "s,
             "a/b"s,
             "a@b"s,
             "a%62"s,
             "a,b"s,
             "a;b"s,
             "a\0b"s,
             "\xc3\xa9"s,
             "[]"s,
             "["s,
             "[::1"s,
             "::1"s,
             "[::1]1"s,
             "[::1]:0"s,
             "[fe80::1%1]"s,
             "[1.2.3.4]"s,
             "[v1.a]"s,
             "[::1\0]"s,
             "[::1]]"s,
             "*"s,
             "*.example"s,
             std::string(64, 'a') + ".b",
             "[" + std::string(100, '1') + "]",
         }) {
        EXPECT_FALSE(split_authority(text)) << text;
    }
}

}  // namespace
}  // namespace portcullis::http
