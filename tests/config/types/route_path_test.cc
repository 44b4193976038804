#include "config/types/route_path.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(RoutePath, TakesWhatANormalisedRequestCanBeginWith) {
    for (const char* path :
         {"/", "/api", "/api/", "/a/b.c/~d", "/a%20b", "/a%2Fb", "/a;b=c/@:!$&'()*+,"}) {
        const auto checked = check_route_path(path);
        EXPECT_TRUE(checked) << path << ": " << checked.error().text;
    }
}

TEST(RoutePath, NamesWhatWasMeant) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "'' does not begin with '/'; write '/'"},
        {"api", "'api' does not begin with '/'; write '/api'"},
        {"/a//b", "'/a//b' has an empty segment; write '/a/b'"},
        {"//", "'//' has an empty segment; write '/'"},
        {"/a/%2e//b", "'/a/%2e//b' has an empty segment; write '/a/b'"},
        {"/a/./b", "'/a/./b' never matches, because requests are normalised first; write '/a/b'"},
        {"/a/../b", "'/a/../b' never matches, because requests are normalised first; write '/b'"},
        {"/../..", "'/../..' never matches, because requests are normalised first; write '/'"},
        {"/a/..", "'/a/..' never matches, because requests are normalised first; write '/'"},
        {"/%7Ebob",
         "'/%7Ebob' never matches, because requests are normalised first; write '/~bob'"},
        {"/a%2fb", "'/a%2fb' never matches, because requests are normalised first; write '/a%2Fb'"},
        {"/%2E%2e/b",
         "'/%2E%2e/b' never matches, because requests are normalised first; write '/b'"},
        {"/a?b=c", "'/a?b=c' has a query or fragment; routes see the path alone, write '/a'"},
        {"/a b",
         "'/a b' has a character that paths do not have; percent-encode it, as in %20 for a space"},
        {"/a\\b",
         "'/a\\b' has a character that paths do not have; percent-encode it, as in %20 for a "
         "space"},
        {"/a%",
         "'/a%' has a percent sign without two hexadecimal digits; write %25 for the sign itself"},
        {"/a%2",
         "'/a%2' has a percent sign without two hexadecimal digits; write %25 for the sign itself"},
        {"/a%-1",
         "'/a%-1' has a percent sign without two hexadecimal digits; write %25 for the sign "
         "itself"},
        {"/" + std::string(2048, 'a'), "the path is longer than 2048 bytes"},
    };
    for (const auto& [path, want] : cases) {
        const auto checked = check_route_path(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(checked.error().text, want);
    }
}

// Each of these guarded nothing when it was taken letter by letter.
TEST(RoutePath, IsNoPattern) {
    const std::pair<const char*, const char*> cases[] = {
        {"/admin/*", "/admin"},
        {"/admin*", "/"},
        {"/*", "/"},
        {"/a/b/**", "/a/b"},
        {"/admin/.*", "/admin"},
        {"/users/:id", "/users"},
        {"/:tenant/x", "/"},
        {"/users/:_id/y", "/users"},
        {"/a/(b|c)", "/a"},
        {"/admin(.*)", "/"},
        {"/admin$", "/"},
        {"/^admin", "/"},
        {"/a/{id}", "/a"},
        {"/a/[0-9]+", "/a"},
        {"/a/\\d+", "/a"},
        {"/api/v1|v2", "/api"},
    };
    for (const auto& [path, prefix] : cases) {
        const auto checked = check_route_prefix(path);
        ASSERT_FALSE(checked) << path;
        EXPECT_EQ(checked.error().text,
                  "'" + std::string{path} +
                      "' is written as a pattern, but a path is a prefix by whole segments and is "
                      "compared letter by letter; write '" +
                      prefix + "', which covers everything below it");
    }
    for (const char* path : {"/", "/a:b", "/urn:x", "/a/:8080", "/a/:", "/a+b", "/a.b", "/@s/x"}) {
        EXPECT_TRUE(check_route_prefix(path)) << path;
    }
    EXPECT_EQ(check_route_prefix("admin/*").error().text,
              "'admin/*' does not begin with '/'; write '/admin/*'");
}

TEST(RoutePrefix, MatchesByWholeSegments) {
    EXPECT_EQ(route_prefix("/"), "");
    EXPECT_EQ(route_prefix("/api/"), "/api");
    const std::tuple<const char*, const char*, bool> cases[] = {
        {"", "/", true},         {"", "/x", true},         {"/api", "/api", true},
        {"/api", "/api/", true}, {"/api", "/api/x", true}, {"/api", "/apix", false},
        {"/api", "/ap", false},  {"/api", "/", false},
    };
    for (const auto& [prefix, path, want] : cases) {
        EXPECT_EQ(prefix_matches(prefix, path), want) << prefix << " " << path;
    }
}

}  // namespace
}  // namespace portcullis
