#include "proxy/route/table.h"

#include <gtest/gtest.h>

namespace portcullis::route {
namespace {

// Routes as "HOST PATH SERVICE", in the order of the file.
Config config_of(const std::vector<std::array<std::string, 3>>& routes) {
    Config config;
    for (const char* name : {"one", "two", "three"}) {
        config.services.emplace_back().name = name;
    }
    for (const auto& [host, path, service] : routes) {
        config.routes.push_back({HostPattern::parse(host).value(), path, service});
    }
    return config;
}

std::string said(const Match& match) {
    switch (match.kind) {
        case Match::Kind::found:
            return "route " + std::to_string(match.route) + " service " +
                   std::to_string(match.service);
        case Match::Kind::no_host:
            return "no host";
        case Match::Kind::no_path:
            return "no path";
    }
    return "?";
}

struct Case {
    const char* host;
    const char* path;
    const char* want;
};

void expect(const Table& table, const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        EXPECT_EQ(said(table.match(c.host, c.path)), c.want) << c.host << c.path;
    }
}

TEST(Table, TakesTheLongestPathByWholeSegments) {
    const Table table{config_of({{"a.example.com", "/", "one"},
                                 {"a.example.com", "/api/v2", "three"},
                                 {"a.example.com", "/api/", "two"}})};
    expect(table, {{"a.example.com", "/", "route 0 service 0"},
                   {"a.example.com", "/api", "route 2 service 1"},
                   {"a.example.com", "/api/", "route 2 service 1"},
                   {"a.example.com", "/api/v1", "route 2 service 1"},
                   {"a.example.com", "/api/v2", "route 1 service 2"},
                   {"a.example.com", "/api/v2/x", "route 1 service 2"},
                   {"a.example.com", "/api/v22", "route 2 service 1"},
                   {"a.example.com", "/apix", "route 0 service 0"},
                   {"a.example.com", "/API", "route 0 service 0"}});
}

TEST(Table, TheMostSpecificHostDecidesAlone) {
    const Table table{config_of({{"*.example.com", "/", "one"},
                                 {"*.a.example.com", "/x", "two"},
                                 {"b.a.example.com", "/y", "three"},
                                 {"example.com", "/", "three"}})};
    expect(table, {{"c.example.com", "/", "route 0 service 0"},
                   {"d.c.example.com", "/", "route 0 service 0"},
                   {"a.example.com", "/", "route 0 service 0"},
                   {"c.a.example.com", "/x", "route 1 service 1"},
                   {"d.c.a.example.com", "/x", "route 1 service 1"},
                   {"c.a.example.com", "/y", "no path"},
                   {"b.a.example.com", "/y", "route 2 service 2"},
                   {"b.a.example.com", "/x", "no path"},
                   {"c.b.a.example.com", "/x", "route 1 service 1"},
                   {"example.com", "/", "route 3 service 2"}});
}

TEST(Table, SaysWhetherHostOrPathIsMissing) {
    const Table table{config_of({{"*.example.com", "/api", "one"}, {"10.0.0.1", "/", "one"}})};
    expect(table, {{"example.com", "/api", "no host"},
                   {".example.com", "/api", "no host"},
                   {"aexample.com", "/api", "no host"},
                   {"a.example.org", "/api", "no host"},
                   {"", "/api", "no host"},
                   {".", "/api", "no host"},
                   {"com", "/", "no host"},
                   {"a.example.com", "/", "no path"},
                   {"10.0.0.1", "/", "route 1 service 0"},
                   {"2.10.0.0.1", "/", "no host"}});
}

TEST(Table, WhatIsNoPathMatchesNone) {
    const Table table{config_of({{"a.example.com", "/", "one"}})};
    expect(table, {{"a.example.com", "", "no path"}, {"a.example.com", "*", "no path"}});
}

TEST(Table, OutlivesTheConfigurationItWasMadeFrom) {
    auto config = std::make_unique<Config>(
        config_of({{"a.example.com", "/some/longer/path/than/fits/inline", "two"}}));
    const Table table{*config};
    config.reset();
    expect(table, {{"a.example.com", "/some/longer/path/than/fits/inline/x", "route 0 service 1"}});
}

TEST(Table, WithoutRoutesKnowsNoHost) {
    expect(Table{Config{}}, {{"a.example.com", "/", "no host"}});
}

}  // namespace
}  // namespace portcullis::route
