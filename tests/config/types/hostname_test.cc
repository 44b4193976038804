#include "config/types/hostname.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(CanonicalHostname, IsLowerCaseWithoutTheFinalDot) {
    const std::pair<const char*, const char*> cases[] = {
        {"Shop.Example.COM", "shop.example.com"},
        {"shop.example.com.", "shop.example.com"},
        {"localhost", "localhost"},
        {"_acme.x-1.example", "_acme.x-1.example"},
        {"10.0.0.1", "10.0.0.1"},
        {"[2001:DB8::1]", "2001:db8::1"},
        {"2001:db8:0::1", "2001:db8::1"},
        {"1.2.3.example", "1.2.3.example"},
    };
    for (const auto& [text, want] : cases) {
        const auto name = canonical_hostname(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(*name, want);
        EXPECT_EQ(canonical_hostname(*name).value(), want)
            << "canonical text is its own canonical text";
    }
}

TEST(CanonicalHostname, RefusesWithTheReason) {
    const std::string label64(64, 'a');
    const std::pair<std::string, std::string> cases[] = {
        {"", "a host name is empty"},
        {".", "'.' is not a host name: it has an empty label"},
        {"a..b", "'a..b' is not a host name: it has an empty label"},
        {".a", "'.a' is not a host name: it has an empty label"},
        {"a b", "'a b' is not a host name: it has a character that names do not have"},
        {"*.a.b", "'*.a.b' is not a host name: it has a character that names do not have"},
        {"-a.b", "'-a.b' is not a host name: it has a hyphen at an end of a label"},
        {"a-.b", "'a-.b' is not a host name: it has a hyphen at an end of a label"},
        {"10.0.0.256",
         "'10.0.0.256' is not a host name: it ends in a number, and is not an IPv4 address"},
        {"10.0.0.1.",
         "'10.0.0.1.' is not a host name: it ends in a number, and is not an IPv4 address"},
        {"[10.0.0.1]",
         "'[10.0.0.1]' is not a host name: it has a character that names do not have"},
        {std::string{"a\0b", 3},
         "'a?b' is not a host name: it has a character that names do not have"},
        {"m\xC3\xBCnchen.de",
         "'m\xC3\xBCnchen.de' is not a host name: it has a character that names do not have"},
    };
    for (const auto& [text, want] : cases) {
        const auto name = canonical_hostname(text);
        ASSERT_FALSE(name) << text;
        EXPECT_EQ(name.error().text, want);
    }
    EXPECT_FALSE(canonical_hostname(label64 + ".com"));
    EXPECT_TRUE(canonical_hostname(label64.substr(1) + ".com"));
}

TEST(CanonicalHostname, HasAtMost253Bytes) {
    const std::string label = std::string(63, 'a') + ".";
    const std::string name = label + label + label + std::string(61, 'b');
    ASSERT_EQ(name.size(), 253U);
    EXPECT_TRUE(canonical_hostname(name));
    EXPECT_TRUE(canonical_hostname(name + ".")) << "the root's dot does not count";
    EXPECT_FALSE(canonical_hostname(name + "b"));
}

TEST(HostPattern, StarsAreOnlyTheWholeLeftmostLabel) {
    EXPECT_EQ(HostPattern::parse("*.Clinic.Example.com").value().text(), "*.clinic.example.com");
    EXPECT_EQ(HostPattern::parse("shop.example.com").value().text(), "shop.example.com");
    const std::pair<const char*, const char*> cases[] = {
        {"*", "'*' has a star that is not the whole leftmost label; write it as *.example.com"},
        {"a*.example.com",
         "'a*.example.com' has a star that is not the whole leftmost label; write it as "
         "*.example.com"},
        {"*.*.com",
         "'*.*.com' has a star that is not the whole leftmost label; write it as *.example.com"},
        {"a.*.com",
         "'a.*.com' has a star that is not the whole leftmost label; write it as *.example.com"},
        {"*.com",
         "'*.com' is too wide; a wildcard needs two labels behind it, as in *.example.com"},
        {"*.10.0.0.1",
         "'*.10.0.0.1' is too wide; a wildcard needs two labels behind it, as in *.example.com"},
        {"*.", "a host name is empty; write it as shop.example.com or *.example.com"},
        {"https://a.b",
         "'https://a.b' is not a host name: it has a character that names do not have; write it as "
         "shop.example.com or *.example.com"},
    };
    for (const auto& [text, want] : cases) {
        const auto pattern = HostPattern::parse(text);
        ASSERT_FALSE(pattern) << text;
        EXPECT_EQ(pattern.error().text, want);
    }
}

TEST(HostPattern, AWildcardIsOneLabelForCertificatesAndMoreForRoutes) {
    struct Case {
        const char* pattern;
        const char* host;
        bool route;
        bool certificate;
    };

    const Case cases[] = {
        {"a.example.com", "a.example.com", true, true},
        {"a.example.com", "b.example.com", false, false},
        {"*.example.com", "a.example.com", true, true},
        {"*.example.com", "a.b.example.com", true, false},
        {"*.example.com", "example.com", false, false},
        {"*.example.com", ".example.com", false, false},
        {"*.example.com", "aexample.com", false, false},
        {"*.example.com", "a.example.org", false, false},
        {"*.example.com", "", false, false},
    };
    for (const Case& c : cases) {
        const auto pattern = HostPattern::parse(c.pattern).value();
        EXPECT_EQ(pattern.matches_route(c.host), c.route) << c.pattern << " " << c.host;
        EXPECT_EQ(pattern.matches_certificate(c.host), c.certificate) << c.pattern << " " << c.host;
    }
}

}  // namespace
}  // namespace portcullis
