#include "proxy/http/path_edit.h"

#include "config/types/route_path.h"
#include "proxy/http/path.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

struct Case {
    const char* route;
    const char* rewrite;  // null: strip_prefix
    const char* asked;    // as a client writes it
    const char* want;
};

RouteConfig route_of(const Case& c) {
    RouteConfig route;
    route.path = c.route;
    if (c.rewrite != nullptr) {
        route.rewrite = c.rewrite;
    } else {
        route.strip_prefix = Switch::on;
    }
    return route;
}

TEST(EditPath, ReplacesThePrefixThatWasMatched) {
    const Case cases[] = {
        {"/api", nullptr, "/api", "/"},      {"/api", nullptr, "/api/", "/"},
        {"/api", nullptr, "/api/x", "/x"},   {"/api/", nullptr, "/api/x/", "/x/"},
        {"/api", "/v2", "/api", "/v2"},      {"/api", "/v2/", "/api", "/v2/"},
        {"/api", "/v2/", "/api/x", "/v2/x"}, {"/api", "/", "/api", "/"},
        {"/api", "/", "/api/x", "/x"},       {"/", "/app", "/", "/app/"},
        {"/", "/app", "/x", "/app/x"},       {"/a%2Fb", nullptr, "/a%2fb/c", "/c"},
    };
    for (const Case& c : cases) {
        std::string normal;
        ASSERT_TRUE(normalise(c.asked, normal));
        std::string out;
        edit_path(route_of(c), normal, out);
        EXPECT_EQ(out, c.want) << c.route << " " << c.asked;
    }
}

// What could be read as another path after the edit than the one that was routed.
TEST(EditPath, NeverMakesAPathThatWouldBeRoutedDifferently) {
    const Case cases[] = {
        {"/api", nullptr, "/api//evil.example", "/evil.example"},
        {"/api", nullptr, "/api///evil.example//x", "/evil.example//x"},
        {"/api", nullptr, "/api//", "/"},
        {"/api", "/", "/api//evil.example", "/evil.example"},
        {"/api", "/v2", "/api//x", "/v2//x"},
        {"/", "/v2", "//x", "/v2//x"},
        {"/api", nullptr, "/api/%2Fevil.example", "/%2Fevil.example"},
        {"/api", nullptr, "/api/%2f%2fevil.example", "/%2F%2Fevil.example"},
        {"/api", nullptr, "/api/x/../y", "/y"},
        {"/api", nullptr, "/api/x/%2e%2e/y", "/y"},
        {"/api", nullptr, "/other/../api/x", "/x"},
        {"/api", nullptr, "/api/..%2fsecret", "/..%2Fsecret"},
        {"/api", nullptr, "/api/;/x", "/;/x"},
        {"/api", nullptr, "/api/..;/x", "/..;/x"},
        {"/api", nullptr, "/%61pi/%41", "/A"},
        {"/api", "/v2", "/api/%2e%2e%2fadmin", "/v2/..%2Fadmin"},
        {"/api", "/v2", "/api/%25%32%46", "/v2/%252F"},
    };
    for (const Case& c : cases) {
        const RouteConfig route = route_of(c);
        std::string normal;
        ASSERT_TRUE(normalise(c.asked, normal)) << c.asked;
        ASSERT_TRUE(prefix_matches(route_prefix(route.path), normal)) << c.asked;
        std::string out;
        edit_path(route, normal, out);
        EXPECT_EQ(out, c.want) << c.asked;
        std::string again;
        ASSERT_TRUE(normalise(out, again)) << out;
        EXPECT_EQ(again, out) << "an edited path is in normal form";
    }
}

TEST(EditPath, DoesNotMatchWhereASegmentGoesOn) {
    for (const char* asked : {"/api;x=1/y", "/api%2Fx", "/apix", "/API/x"}) {
        std::string normal;
        ASSERT_TRUE(normalise(asked, normal));
        EXPECT_FALSE(prefix_matches("/api", normal)) << asked;
    }
}

TEST(EditsPath, OnlyWhereARouteSaysSo) {
    EXPECT_FALSE(edits_path(RouteConfig{}));
    EXPECT_TRUE(edits_path(route_of({"/a", nullptr, "", ""})));
    EXPECT_TRUE(edits_path(route_of({"/a", "/b", "", ""})));
}

}  // namespace
}  // namespace portcullis::http
