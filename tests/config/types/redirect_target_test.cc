#include "config/types/redirect_target.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(RedirectTarget, IsAUrlOfOursOrNamedByTheOperator) {
    for (const char* target :
         {"https://new.example.com", "https://new.example.com{path}{query}",
          "https://www.{host}{path}", "https://{host}/new{path}{query}", "https://{host}:8443/",
          "https://a.example/?from=old", "/", "/login", "/new{path}", "/new{query}", "/a%20b#top",
          "https://a.example{query}", "/{query}"}) {
        EXPECT_TRUE(check_redirect_target(target)) << target;
    }
}

TEST(RedirectTarget, CannotLeadElsewhereThanItSays) {
    for (const char* target : {"",
                               "{path}",
                               "{host}",
                               "//evil.example",
                               "/\\evil.example",
                               "http://a.example",
                               "javascript:x",
                               "https://",
                               "https:///x",
                               "https://{path}",
                               "https://{query}",
                               "https://:443/",
                               "https://user@a.example/",
                               "https://a.example/{host}",
                               "https://a.example?{path}",
                               "https://a.example/#{path}",
                               "https://a.example/{path}",
                               "/{path}",
                               "https://a.example{path}{path}",
                               "https://a.example?a{query}",
                               "https://a.example{query}{path}",
                               "https://a.example/{nothing}",
                               "https://a b/",
                               "https://a.example/\r\nX: y",
                               "https://a.example/\\",
                               "https://a.example\\@b/",
                               "https://a.example/<",
                               "new"}) {
        EXPECT_FALSE(check_redirect_target(target)) << target;
    }
}

TEST(RedirectTarget, SaysWhatWouldBeRight) {
    EXPECT_EQ(check_redirect_target("https://a.example/{path}").error().text,
              "'https://a.example/{path}' has a slash before {path}, which begins with one; leave "
              "out the slash");
    EXPECT_EQ(
        check_redirect_target("//evil.example").error().text,
        "'//evil.example' leads nowhere; write https://HOST/PATH, or /PATH for the same host");
}

}  // namespace
}  // namespace portcullis
