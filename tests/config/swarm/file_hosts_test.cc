#include "config/swarm/file_hosts.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

HostPattern host(const std::string& text) {
    return HostPattern::parse(text).value();
}

Config file(const std::vector<std::string>& routed, const std::vector<std::string>& claimable) {
    Config config;
    for (const std::string& text : routed) {
        config.routes.push_back({.host = host(text), .service = "file"});
    }
    for (const std::string& text : claimable) {
        config.discovery.hosts.push_back(host(text));
    }
    return config;
}

TEST(VisitAbove, NamesTheWildcardsThatCoverAllOfAHost) {
    const auto above = [](const std::string& text) {
        std::string all;
        visit_above(host(text), [&](const std::string& wildcard) {
            all += wildcard + " ";
            return false;
        });
        return all;
    };
    EXPECT_EQ(above("a.b.example"), "*.b.example *.example ");
    EXPECT_EQ(above("*.b.example"), "*.example ");
    EXPECT_EQ(above("localhost"), "");
}

struct Case {
    std::vector<std::string> routed;
    std::vector<std::string> claimable;
    const char* claimed;
    bool may;
};

TEST(FileHosts, HaveThePatternsOfTheFileInBothDirections) {
    const Case cases[] = {
        {{"shop.example.com"}, {}, "other.example.com", true},
        {{"shop.example.com"}, {}, "shop.example.com", false},
        {{"shop.example.com"}, {}, "x.shop.example.com", true},
        {{"shop.example.com"}, {}, "*.shop.example.com", true},
        {{"shop.example.com"}, {}, "*.example.com", false},  // above it
        {{"a.b.example.com"}, {}, "*.example.com", false},
        {{"*.example.com"}, {}, "example.com", true},
        {{"*.example.com"}, {}, "shop.example.com", false},  // below it
        {{"*.example.com"}, {}, "a.b.example.com", false},
        {{"*.example.com"}, {}, "*.example.com", false},
        {{"*.example.com"}, {}, "*.b.example.com", false},
        {{"*.b.example.com"}, {}, "*.example.com", false},
        {{"*.b.example.com"}, {}, "b.example.com", true},
        {{"*.b.example.com"}, {}, "a.example.com", true},
        {{"*.ple.com"}, {}, "shop.example.com", true},  // whole labels
        {{"192.0.2.7"}, {}, "192.0.2.7", false},
        {{}, {}, "*.example.com", true},
    };

    for (const auto& [routed, claimable, claimed, may] : cases) {
        const Config config = file(routed, claimable);
        EXPECT_EQ(FileHosts{config}.objection(host(claimed)).empty(), may)
            << claimed << " beside " << (routed.empty() ? "" : routed[0]);
    }
}

TEST(FileHosts, AListSaysWhatLabelsMayClaim) {
    const Case cases[] = {
        {{}, {"*.apps.example.com"}, "a.apps.example.com", true},
        {{}, {"*.apps.example.com"}, "*.apps.example.com", true},
        {{}, {"*.apps.example.com"}, "*.a.apps.example.com", true},
        {{}, {"*.apps.example.com"}, "apps.example.com", false},
        {{}, {"*.apps.example.com"}, "*.example.com", false},
        {{}, {"a.example.com"}, "a.example.com", true},
        {{}, {"a.example.com"}, "x.a.example.com", false},
        // Below a wildcard of the file: the operator has said so.
        {{"*.example.com"}, {"*.apps.example.com"}, "a.apps.example.com", true},
        {{"*.example.com"}, {"*.apps.example.com"}, "a.example.com", false},
        {{"*.apps.example.com"}, {"*.apps.example.com"}, "a.apps.example.com", true},
        {{"*.example.com"}, {"a.example.com"}, "a.example.com", true},
        // What a route of the file names stays the file's, and what it covers more closely.
        {{"*.apps.example.com"}, {"*.apps.example.com"}, "*.apps.example.com", false},
        {{"a.apps.example.com"}, {"*.apps.example.com"}, "a.apps.example.com", false},
        {{"a.example.com"}, {"a.example.com"}, "a.example.com", false},
        {{"*.b.apps.example.com"}, {"*.apps.example.com"}, "a.b.apps.example.com", false},
        {{"*.b.apps.example.com"}, {"*.apps.example.com"}, "*.b.apps.example.com", false},
        // The file's own host is more specific, and is found first.
        {{"a.apps.example.com"}, {"*.apps.example.com"}, "*.apps.example.com", true},
    };

    for (const auto& [routed, claimable, claimed, may] : cases) {
        const Config config = file(routed, claimable);
        EXPECT_EQ(FileHosts{config}.objection(host(claimed)).empty(), may)
            << claimed << " beside " << (routed.empty() ? "" : routed[0]) << ", with "
            << claimable[0];
    }
}

TEST(FileHosts, SayWhatToDo) {
    const Config plain = file({"*.clinic.test", "www.shop.test"}, {});
    EXPECT_EQ(
        FileHosts{plain}.objection(host("a.clinic.test")),
        "'a.clinic.test' is below '*.clinic.test', which the configuration file routes; claim "
        "another host, or list it in discovery.hosts");
    EXPECT_EQ(FileHosts{plain}.objection(host("*.shop.test")),
              "'*.shop.test' covers a host that the configuration file routes; claim another host, "
              "or list it in discovery.hosts");
    const Config listed = file({"*.clinic.shop.test"}, {"*.shop.test"});
    EXPECT_EQ(FileHosts{listed}.objection(host("a.clinic.shop.test")),
              "'a.clinic.shop.test' is below '*.clinic.shop.test', which the configuration file "
              "routes, and "
              "no pattern of discovery.hosts is as specific; claim another host, or list it there");
    EXPECT_EQ(FileHosts{listed}.objection(host("a.example")),
              "'a.example' is not among discovery.hosts, which names the hosts that labels may "
              "claim; claim one of these, or list it there");
}

}  // namespace
}  // namespace portcullis::swarm
