#include "admin/target.h"

#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

TEST(ParseTarget, SpellsHostAndPathAsTheProxyCompares) {
    const std::tuple<const char*, const char*, const char*, bool> cases[] = {
        {"https://Shop.Example.com/a//b/../c?x=1#y", "shop.example.com", "/a//c", false},
        {"shop.example.com", "shop.example.com", "/", false},
        {"shop.example.com:443/%7Ebob", "shop.example.com", "/~bob", false},
        {"https://shop.example.com?x", "shop.example.com", "/", false},
        {"https://[2001:DB8::1]/x", "2001:db8::1", "/x", true},
        {"https://10.0.0.1", "10.0.0.1", "/", true},
    };
    for (const auto& [url, host, path, address] : cases) {
        const auto target = parse_target(url);
        ASSERT_TRUE(target) << url << ": " << target.error().text;
        EXPECT_EQ(target->host, host);
        EXPECT_EQ(target->path, path);
        EXPECT_EQ(target->address, address);
    }
}

TEST(ParseTarget, SaysWhatIsNotServed) {
    const std::pair<const char*, const char*> cases[] = {
        {"http://shop.example.com/", "'http' is not served; only https is"},
        {"https://shop.example.com:8443/", "port 8443 is not open; only 443 is"},
        {"https://", "'' is not a host; write https://shop.example.com/path"},
        {"https://a@b/", "'a@b' is not a host; write https://shop.example.com/path"},
        {"", "'' is not a host; write https://shop.example.com/path"},
        {"shop.example.com/%zz", "'/%zz' is not a path; it has a malformed escape or %00"},
    };
    for (const auto& [url, want] : cases) {
        const auto target = parse_target(url);
        ASSERT_FALSE(target) << url;
        EXPECT_EQ(target.error().text, want);
    }
}

}  // namespace
}  // namespace portcullis::admin
