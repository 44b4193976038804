#include "proxy/route/access_map.h"

#include "config/types/route_path.h"
#include "proxy/http/path.h"
#include "proxy/http/path_edit.h"
#include "proxy/route/access_rules.h"
#include "proxy/route/table.h"
#include "tests/proxy/route/model_origins.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace portcullis::route {
namespace {

constexpr const char* kHost = "a.test";

RouteConfig open(const char* path, const char* service = "one") {
    return {HostPattern::parse(kHost).value(), path, service};
}

RouteConfig guarded(const char* path, const char* service = "one") {
    RouteConfig route = open(path, service);
    route.allow.clear();
    return route;
}

RouteConfig stripped(RouteConfig route) {
    route.strip_prefix = Switch::on;
    return route;
}

RouteConfig rewritten(RouteConfig route, const char* rewrite) {
    route.rewrite = rewrite;
    return route;
}

Config config_of(std::vector<RouteConfig> routes) {
    Config config;
    for (const char* name : {"one", "two"}) {
        config.services.emplace_back().name = name;
    }
    config.routes = std::move(routes);
    return config;
}

struct Sent {
    Match match;
    std::string path;  // empty: not forwarded
};

// What becomes of a path that a client writes, as the exchange decides it.
Sent send(const Config& config, const Table& table, const std::string& written, bool as_written) {
    std::string normal;
    if (!http::normalise(written, normal)) {
        return {};
    }
    const Match match = table.match(kHost, normal);
    if (match.kind != Match::Kind::found) {
        return {};
    }
    const std::string path = as_written ? written : normal;
    std::string edited;
    if (http::edits_path(config.routes[match.route])) {
        http::edit_path(config.routes[match.route], normal, edited);
    }
    if (match.ambiguous && !table.agrees(kHost, match, path, edited)) {
        return {match, {}};
    }
    return {match, edited.empty() ? path : edited};
}

std::string outcome(const std::vector<RouteConfig>& routes, const std::string& written,
                    bool as_written = false) {
    const Config config = config_of(routes);
    const Table table{config};
    const Sent sent = send(config, table, written, as_written);
    if (sent.match.kind != Match::Kind::found) {
        return "not found";
    }
    return sent.path.empty() ? "ambiguous"
                             : config.routes[sent.match.route].path + " gets " + sent.path;
}

TEST(AccessMap, RefusesAPathThatMayBeReadAsAnotherGuardedOne) {
    const std::vector<RouteConfig> routes{open("/"), guarded("/staff"), guarded("/admin")};
    for (const char* path :
         {"/x/..%2fadmin",  "/%2fadmin",     "/admin%2Fx",      "/public/..;x/staff",
          "//admin",        "/ADMIN",        "/Admin/x",        "/%2561dmin",
          "/x/%5c../admin", "/x%5c../admin", "/admin;x",        "/admin%3Bx/y",
          "/x\\..\\admin",  "/admin%3Fx",    "/admin%2500",     "/%2Fa%2F..%2F..%2fadmin",
          "//x/admin",      "/admin/..%2Fx", "/admin%5C..%5Cx", "/admin/%252e%252e/x"}) {
        EXPECT_EQ(outcome(routes, path), "ambiguous") << path;
    }
}

TEST(AccessMap, LetsAPathPassWhoseReadingsHaveTheSameRules) {
    const std::vector<RouteConfig> routes{open("/"), guarded("/staff"), open("/files", "two")};
    const std::pair<const char*, const char*> cases[] = {
        {"/staff/../x", "/ gets /x"},
        {"/%73taff/x", "/staff gets /staff/x"},
        {"/staff/%2e%2e/x", "/ gets /x"},
        {"/@scope%2fname", "/ gets /@scope%2Fname"},
        {"/api/v4/projects/group%2Fproject/x", "/ gets /api/v4/projects/group%2Fproject/x"},
        {"/_matrix/client/rooms/%21a%3Aexample.com/x",
         "/ gets /_matrix/client/rooms/%21a%3Aexample.com/x"},
        {"/job/feature%252Fx/", "/ gets /job/feature%252Fx/"},
        {"/remote.php/dav//Files/%20a;b/", "/ gets /remote.php/dav//Files/%20a;b/"},
        {"/staff/A%2Fb//c;d", "/staff gets /staff/A%2Fb//c;d"},
        {"/x/..%2Ffiles", "/ gets /x/..%2Ffiles"},
        {"/FILES", "/ gets /FILES"},
        {"/staffing%2F", "/ gets /staffing%2F"},
        {"/package.Service/Method", "/ gets /package.Service/Method"},
    };
    for (const auto& [path, want] : cases) {
        EXPECT_EQ(outcome(routes, path), want) << path;
    }
}

TEST(AccessMap, RefusesAReadingThatNoRouteHas) {
    const std::vector<RouteConfig> routes{open("/api")};
    EXPECT_EQ(outcome(routes, "/api/..%2Fx"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/api%2F..%2Fx"), "not found");
    EXPECT_EQ(outcome(routes, "/api/a%2Fb"), "/api gets /api/a%2Fb");
    EXPECT_EQ(outcome(routes, "/api//x"), "/api gets /api//x");
    EXPECT_EQ(outcome(routes, "/API/x"), "not found");
}

// A route's own path may have other readings, too.
TEST(AccessMap, ReadsTheRoutesPathsAsWell) {
    const std::vector<RouteConfig> routes{open("/"), guarded("/Admin"), guarded("/a%2Fb"),
                                          open("/c%20d"), guarded("/@x")};
    EXPECT_EQ(outcome(routes, "/admin"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/Admin/x"), "/Admin gets /Admin/x");
    EXPECT_EQ(outcome(routes, "/a/b"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/a%2fb/c"), "/a%2Fb gets /a%2Fb/c");
    EXPECT_EQ(outcome(routes, "/%40x"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/c%20d/E"), "/c%20d gets /c%20d/E");
    EXPECT_EQ(outcome({open("/Docs"), guarded("/docs")}, "/Docs/x"), "/Docs gets /Docs/x")
        << "who tells them apart in the configuration has an origin that does";
}

TEST(AccessMap, OfAPathAsWrittenHasMoreReadings) {
    const std::vector<RouteConfig> routes{open("/"), guarded("/staff")};
    EXPECT_EQ(outcome(routes, "/staff/../x", true), "ambiguous");
    EXPECT_EQ(outcome(routes, "/staff/%2e%2e/x", true), "ambiguous");
    EXPECT_EQ(outcome(routes, "/x/../staff", true), "ambiguous");
    EXPECT_EQ(outcome(routes, "/%73taff", true), "ambiguous")
        << "an origin that does not decode would serve it as another path";
    EXPECT_EQ(outcome(routes, "/bucket/%7ea/./b//c%2fd", true), "/ gets /bucket/%7ea/./b//c%2fd");
}

TEST(AccessMap, JudgesWhatAnEditLeavesByTheOriginsOwnPaths) {
    const std::vector<RouteConfig> routes{stripped(open("/api")),
                                          rewritten(guarded("/api/staff"), "/staff"),
                                          rewritten(open("/web"), "/v2"), open("/v2/x", "two")};
    EXPECT_EQ(outcome(routes, "/api/x%2Fy"), "/api gets /x%2Fy");
    EXPECT_EQ(outcome(routes, "/api/..%2fstaff"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/api//staff"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/api/STAFF"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/web/..%2f..%2fstaff"), "ambiguous");
    EXPECT_EQ(outcome(routes, "/web/a%2fb"), "/web gets /v2/a%2Fb");
}

TEST(AccessMap, CostsNothingWhereAllRulesAreEqual) {
    const Config config = config_of({open("/"), open("/a", "two"), open("/b")});
    EXPECT_FALSE(Table{config}.match(kHost, "/a").ambiguous);
    EXPECT_TRUE((Table{config_of({open("/a")})}.match(kHost, "/a").ambiguous));
}

TEST(AccessMap, RefusesAPathWithTooManyReadings) {
    std::string path;
    for (int i = 0; i < 12; ++i) {
        path += "/;\\a%255C..%3B%252F//..\\%2F;";
    }
    EXPECT_EQ(outcome({open("/"), guarded("/staff")}, path), "ambiguous");
}

// The route of what an origin reads, found without any code of the proxy's: the longest path of the
// configuration that the reading begins with, by whole segments.
const RouteConfig* owner(const Config& config, const RouteConfig& applied, std::string reading,
                         bool ignores_case) {
    const auto fold = [&](std::string text) {
        if (ignores_case) {
            std::transform(text.begin(), text.end(), text.begin(),
                           [](unsigned char c) { return std::tolower(c); });
        }
        return text;
    };
    reading = fold(std::move(reading)) + "/";
    const bool edited = http::edits_path(applied);
    const RouteConfig* best = nullptr;
    std::size_t longest = 0;
    for (const RouteConfig& route : config.routes) {
        if (edited && route.service != applied.service) {
            continue;
        }
        std::string prefix = !edited                            ? route.path
                             : route.strip_prefix == Switch::on ? "/"
                             : route.rewrite.empty()            ? route.path
                                                                : route.rewrite;
        prefix = fold(prefix == "/" ? prefix : prefix + "/");
        const bool better =
            prefix.size() > longest || (prefix.size() == longest && &route == &applied);
        if (better && reading.starts_with(prefix)) {
            best = &route;
            longest = prefix.size();
        }
    }
    return best;
}

class Paths {
  public:
    explicit Paths(unsigned seed) : random_{seed} {}

    std::string next() {
        static const std::vector<const char*> kTokens{
            "/",      "/",      "/",        "//",   "staff", "staff",   "STAFF",  "public",
            "x",      "open",   "..",       "..",   ".",     "%2e",     "%2E%2e", "%2f",
            "%2F",    "%5c",    "\\",       ";",    "..;",   "..;x=1",  "%252e",  "%252f",
            "%255c",  "%25",    "%3b",      "api",  "%253B", "%3f",     "%73",    "taff",
            "%2573",  "%2500",  "v2",       "%20",  "Api",   "%25252e", "/../",   "/%2e%2e%2f",
            "/..%2f", "/staff", "/public/", "/api/"};
        std::string path = "/";
        const std::size_t tokens = 1 + random_() % 9;
        for (std::size_t i = 0; i < tokens; ++i) {
            path += kTokens[random_() % kTokens.size()];
        }
        return path;
    }

  private:
    std::mt19937 random_;
};

// The invariant in access_map.h, for models of origins that know nothing of it.
TEST(AccessMap, NoOriginServesAPathByAnotherRoutesRules) {
    const std::vector<std::vector<RouteConfig>> setups{
        {open("/"), guarded("/staff"), open("/public", "two")},
        {guarded("/"), open("/public"), guarded("/staff"), open("/staff/open")},
        {open("/public"), guarded("/staff")},
        {open("/"), guarded("/STAFF/x"), guarded("/public")},
        {stripped(open("/api")), rewritten(guarded("/api/staff"), "/staff"),
         rewritten(open("/public"), "/v2"), rewritten(guarded("/x"), "/open")},
    };
    std::size_t passed = 0;
    std::size_t refused = 0;
    for (std::size_t setup = 0; setup < setups.size(); ++setup) {
        const Config config = config_of(setups[setup]);
        const Table table{config};
        const bool edits = setup == 4;
        for (const bool as_written : {false, true}) {
            Paths paths{static_cast<unsigned>(setup)};
            for (int i = 0; i < (edits && as_written ? 0 : 4'000); ++i) {
                const std::string written = paths.next();
                const Sent sent = send(config, table, written, as_written);
                if (sent.path.empty()) {
                    refused += sent.match.kind == Match::Kind::found ? 1 : 0;
                    continue;
                }
                ++passed;
                const RouteConfig& applied = config.routes[sent.match.route];
                for (const test::ModelOrigin& origin : test::model_origins()) {
                    const auto reading = origin.read(sent.path);
                    if (!reading) {
                        continue;
                    }
                    const RouteConfig* other =
                        owner(config, applied, *reading, origin.ignores_case);
                    ASSERT_TRUE(other != nullptr &&
                                (other == &applied || same_access(*other, applied)))
                        << origin.name << " reads " << *reading << " in " << sent.path
                        << ", written " << written << ", judged by " << applied.path << " in setup "
                        << setup << (as_written ? " as written" : "");
                }
            }
        }
    }
    EXPECT_GT(passed, 3'000U) << "the test tries something";
    EXPECT_GT(refused, 1'000U);
}

}  // namespace
}  // namespace portcullis::route
