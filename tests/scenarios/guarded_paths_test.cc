// Real origins read a path each in their own way. Whatever a client writes, none of them serves a
// guarded page by the rules of an open one.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

// The last ones are spelt for one of the two guarded pages.
const std::vector<std::string> kDodges{"/x/../staff",
                                       "/x/%2e%2e/staff",
                                       "/x/..%2fadmin",
                                       "/%2fadmin",
                                       "/admin%2Fx",
                                       "/public/..;x/staff",
                                       "//admin",
                                       "/ADMIN",
                                       "/%61dmin",
                                       "/%2561dmin",
                                       "/x/%5c../admin",
                                       "/x%5c..%5cadmin",
                                       "/x/..%252fadmin",
                                       "//x/admin",
                                       "/admin;x",
                                       "/admin%3Bx",
                                       "/admin%3Fx",
                                       "/.%2e/%2e./staff",
                                       "/./%73taff/",
                                       "/x\\..\\admin",
                                       "/%2e/admin",
                                       "/x/.%2e%2fstaff",
                                       "/x/%252e%252e/staff",
                                       "///admin",
                                       "/staff//x",
                                       "/Staff%2fx",
                                       "/public%2f..%2fadmin%2f",
                                       "/staff/..%2fstaff"};

// Neither opens anything new, nor closes what was open.
const std::vector<std::string> kOpen{"/staff/../x",    "/staff/%2e%2e/x",    "/@scope%2fname",
                                     "/a//b",          "/group%2Fproject/x", "/Mixed/Case;v=1/x",
                                     "/x%252Fy/100%25"};

std::string configuration(std::uint16_t port, bool users) {
    std::string yaml = "services:\n  web: { endpoints: [ '127.0.0.1:" + std::to_string(port) +
                       "' ] }\nroutes:\n  - { host: shop.test, service: web }\n"
                       "  - { host: shop.test, path: /admin, service: web, allow: [ 10.9.9.9 ] }\n";
    if (users) {
        yaml +=
            "  - { host: shop.test, path: /staff, service: web, basic_auth: { users: users } }\n";
    }
    return yaml;
}

void expect_guarded(std::uint16_t port) {
    ProxyUnderTest proxy{configuration(port, false)};
    const Ended hashed = run({.argv = {"/usr/bin/openssl", "passwd", "-6", "secret"}});
    ASSERT_EQ(hashed.exit_code, 0) << hashed.err;
    const auto users = proxy.dir().write("users", "ann:" + hashed.out);
    std::filesystem::permissions(users, std::filesystem::perms{0640});
    proxy.reload(configuration(port, true));
    for (const char* version : {"--http1.1", "--http2"}) {
        const auto get = [&](const std::string& path, std::vector<std::string> more = {}) {
            more.insert(more.end(), {"--path-as-is", version});
            return proxy.get("https://shop.test" + path, more);
        };
        for (const std::string& path : kDodges) {
            const Fetched fetched = get(path);
            EXPECT_NE(fetched.body, "guarded") << version << " " << path;
            EXPECT_TRUE(fetched.status == 400 || fetched.status == 401 || fetched.status == 403)
                << version << " " << path << " " << fetched.status;
        }
        for (const std::string& path : kOpen) {
            const Fetched fetched = get(path);
            EXPECT_EQ(fetched.status, 200) << version << " " << path;
            EXPECT_EQ(fetched.body, "open") << version << " " << path;
        }
        EXPECT_EQ(get("/x/%2e%2e/staff/x", {"--user", "ann:secret"}).body, "guarded") << version;
    }
    EXPECT_GT(proxy.status().at("refusals").at("ambiguous_path").to_number<std::int64_t>(), 0);
}

TEST(GuardedPaths, OfNginx) {
    const Nginx origin{7001,
                       "location /admin { return 200 guarded; }\n"
                       "    location /staff { return 200 guarded; }\n"
                       "    location / { return 200 open; }"};
    expect_guarded(origin.port());
}

TEST(GuardedPaths, OfFlaskUnderGunicorn) {
    Process origin{{.argv = {"/usr/bin/gunicorn", "--bind", "127.0.0.1:7002", "--chdir",
                             source("tests/scenarios"), "guarded_paths_peer:flask_app"},
                    .environment = {{"PYTHONDONTWRITEBYTECODE", "1"}}}};
    ASSERT_TRUE(origin.says("Listening at")) << origin.err();
    expect_guarded(7002);
}

TEST(GuardedPaths, OfUvicorn) {
    Process origin{{.argv = {"/usr/bin/python3", "-m", "uvicorn", "--port", "7003", "--app-dir",
                             source("tests/scenarios"), "guarded_paths_peer:asgi_app"},
                    .environment = {{"PYTHONDONTWRITEBYTECODE", "1"}}}};
    ASSERT_TRUE(origin.says("Uvicorn running on")) << origin.err();
    expect_guarded(7003);
}

TEST(GuardedPaths, OfNode) {
    Process origin{
        {.argv = {"/usr/bin/node", source("tests/scenarios/guarded_paths_peer.js"), "7004"}}};
    ASSERT_TRUE(origin.says("ready")) << origin.err();
    expect_guarded(7004);
}

}  // namespace
}  // namespace portcullis::test
