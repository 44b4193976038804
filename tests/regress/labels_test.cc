// What labels of a swarm's services could take: each input as it was found, and its neighbours.
#include "config/swarm/assemble.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

struct Tenant {
    std::string name;
    std::map<std::string, std::string> labels;
    std::string stack = {};
};

// Whether the last tenant is routed beside the file's routes and the earlier, older tenants.
bool routed(const std::vector<std::string>& file, const std::vector<Tenant>& tenants) {
    Config base;
    base.discovery.snapshot = "s";
    base.services.push_back({.name = "guarded", .swarm = "guarded_web", .port = 80});
    for (const std::string& host : file) {
        base.routes.push_back({.host = HostPattern::parse(host).value(),
                               .service = "guarded",
                               .client_certificate = ClientCertificate::required});
    }
    Snapshot snapshot;
    for (const Tenant& tenant : tenants) {
        Service& service = snapshot.services.emplace_back();
        service.name = tenant.name;
        service.created = std::to_string(snapshot.services.size());
        service.stack = tenant.stack;
        service.labels = tenant.labels;
        service.labels.emplace("portcullis.port", "80");
    }
    const Assembly assembly = assemble(base, snapshot);
    EXPECT_GE(assembly.config->routes.size(), file.size()) << "the file's routes stay";
    return assembly.quarantine.empty() &&
           assembly.config->services.back().name == tenants.back().name;
}

bool host_is_routed(const std::string& file, const std::string& claimed) {
    return routed({file}, {{"tenant", {{"portcullis.host", claimed}}}});
}

TEST(Labels, TakeNoHostUnderTheFilesWildcard) {
    for (const char* claimed :
         {"a.clinic.test", "A.Clinic.Test", "a.clinic.test.", "a.b.clinic.test", "*.clinic.test",
          "*.b.clinic.test", "other.test, a.clinic.test"}) {
        EXPECT_FALSE(host_is_routed("*.clinic.test", claimed)) << claimed;
    }
    EXPECT_FALSE(host_is_routed("a.clinic.test", "*.clinic.test")) << "nor a wildcard above it";
    EXPECT_TRUE(host_is_routed("*.clinic.test", "clinic.test")) << "the wildcard does not cover it";
    EXPECT_TRUE(host_is_routed("*.clinic.test", "a.myclinic.test"));
}

TEST(Labels, TakeNoHostByAFurtherRouteOrByPassingThrough) {
    EXPECT_FALSE(routed({"*.clinic.test"}, {{"tenant",
                                             {{"portcullis.host", "own.test"},
                                              {"portcullis.routes.x.host", "a.clinic.test"}}}}));
    EXPECT_FALSE(routed(
        {"*.clinic.test"},
        {{"tenant", {{"portcullis.host", "a.clinic.test"}, {"portcullis.passthrough", "on"}}}}));
    EXPECT_FALSE(routed({"*.clinic.test"}, {{"tenant",
                                             {{"portcullis.host", "a.clinic.test"},
                                              {"portcullis.redirect.to", "https://x.test/"}}}}));
}

TEST(Labels, TakeNoPathByTheNameOfAStack) {
    const Tenant shop{"shop", {{"portcullis.host", "shop.test"}}, "shop"};
    EXPECT_FALSE(routed(
        {},
        {shop,
         {"thief", {{"portcullis.host", "shop.test"}, {"portcullis.path", "/login"}}, "shop"}}));
    EXPECT_FALSE(routed({}, {shop,
                             {"thief",
                              {{"portcullis.host", "shop.test"},
                               {"portcullis.path", "/login"},
                               {"portcullis.share", "shop"}},
                              "shop"}}))
        << "who wants to share is not who is shared with";
}

TEST(Labels, ClaimNoHostsByTheThousand) {
    std::string hosts = "h0.test";
    for (int i = 1; i < 2'000; ++i) {
        hosts += ",h" + std::to_string(i) + ".test";
    }
    EXPECT_FALSE(routed({}, {{"tenant", {{"portcullis.host", hosts}}}}));
}

TEST(Labels, RedirectWhenTheySaySo) {
    EXPECT_TRUE(routed({}, {{"tenant",
                             {{"portcullis.host", "old.test"},
                              {"portcullis.redirect.to", "https://new.test/"}}}}));
}

}  // namespace
}  // namespace portcullis::swarm
