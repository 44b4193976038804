#include "proxy/http/location.h"

#include "config/types/redirect_target.h"
#include "proxy/http/path.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

std::string location(const char* target, std::string_view host, std::string_view path,
                     std::string_view query) {
    EXPECT_TRUE(check_redirect_target(target)) << target;
    std::string normal;
    EXPECT_TRUE(normalise(path, normal)) << path;
    std::string out;
    write_location(out, target, host, normal, query);
    return out;
}

TEST(WriteLocation, PutsInWhatWasAskedFor) {
    EXPECT_EQ(location("https://new.example{path}{query}", "a.example", "/x/y", "?a=b&c=%20"),
              "https://new.example/x/y?a=b&c=%20");
    EXPECT_EQ(location("https://www.{host}{path}", "a.example", "/", ""), "https://www.a.example/");
    EXPECT_EQ(location("https://{host}/{query}", "2001:db8::1", "/x", "?q"),
              "https://[2001:db8::1]/?q");
    EXPECT_EQ(location("/new{path}", "a.example", "/x", "?lost"), "/new/x");
}

TEST(WriteLocation, LetsNoRequestLeadElsewhere) {
    const struct {
        std::string_view path;
        std::string_view query;
        const char* want;
    } cases[] = {
        {"//evil.example", "", "https://a.example/evil.example"},
        {"///evil.example//x", "", "https://a.example/evil.example//x"},
        {"/\\evil.example", "", "https://a.example/%5Cevil.example"},
        {"/%2f%2fevil", "", "https://a.example/%2F%2Fevil"},
        {"/@evil.example", "", "https://a.example/@evil.example"},
        {"/x\"<>|^`{}", "", "https://a.example/x%22%3C%3E%7C%5E%60%7B%7D"},
        {"/%0d%0aSet-Cookie:x", "", "https://a.example/%0D%0ASet-Cookie:x"},
        {"/{query}{host}", "?x", "https://a.example/%7Bquery%7D%7Bhost%7D?x"},
        {"/x", "?a\\b\"\r\n#c", "https://a.example/x?a%5Cb%22%0D%0A%23c"},
        {"/\xc3\xa4", "", "https://a.example/%C3%A4"},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(location("https://{host}{path}{query}", "a.example", c.path, c.query), c.want);
    }
}

}  // namespace
}  // namespace portcullis::http
