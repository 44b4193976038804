#include "proxy/route/access_rules.h"

#include <gtest/gtest.h>

#include <functional>

namespace portcullis::route {
namespace {

using Change = std::function<void(RouteConfig&)>;

bool same_after(const Change& change) {
    RouteConfig changed;
    change(changed);
    EXPECT_TRUE(same_access(changed, changed));
    return same_access(RouteConfig{}, changed) && same_access(changed, RouteConfig{});
}

TEST(AccessRules, AreTheOptionsThatLetRequestsPass) {
    const std::pair<const char*, Change> cases[] = {
        {"client_certificate",
         [](RouteConfig& r) { r.client_certificate = ClientCertificate::required; }},
        {"allow", [](RouteConfig& r) { r.allow.clear(); }},
        {"deny", [](RouteConfig& r) { r.deny = everyone(); }},
        {"maintenance", [](RouteConfig& r) { r.maintenance.emplace(); }},
        {"basic_auth", [](RouteConfig& r) { r.basic_auth.emplace(); }},
        {"forward_auth", [](RouteConfig& r) { r.forward_auth.emplace(); }},
        {"rate_limit", [](RouteConfig& r) { r.rate_limit.emplace(); }},
        {"redirect", [](RouteConfig& r) { r.redirect.emplace(); }},
    };
    for (const auto& [option, change] : cases) {
        EXPECT_FALSE(same_after(change)) << option;
    }
}

TEST(AccessRules, AreNotWhatIsDoneWithARequestThatPasses) {
    const std::pair<const char*, Change> cases[] = {
        {"service", [](RouteConfig& r) { r.service = "other"; }},
        {"path", [](RouteConfig& r) { r.path = "/x"; }},
        {"strip_prefix", [](RouteConfig& r) { r.strip_prefix = Switch::on; }},
        {"request_headers", [](RouteConfig& r) { r.request_headers.remove = {"X"}; }},
        {"hsts", [](RouteConfig& r) { r.hsts.reset(); }},
        {"request_body_max", [](RouteConfig& r) { r.request_body_max = ByteSize{1}; }},
        {"client_ca without client_certificate",
         [](RouteConfig& r) { r.client_ca.file = "other.pem"; }},
    };
    for (const auto& [option, change] : cases) {
        EXPECT_TRUE(same_after(change)) << option;
    }
}

TEST(AccessRules, DifferByTheirValues) {
    RouteConfig left;
    left.client_certificate = ClientCertificate::required;
    left.maintenance.emplace();
    RouteConfig right = left;
    right.maintenance->retry_after = std::chrono::seconds{1};
    EXPECT_TRUE(same_access(left, right)) << "who is served is the same";
    right.maintenance->allow = everyone();
    EXPECT_FALSE(same_access(left, right));
    right = left;
    right.client_ca.file = "other.pem";
    EXPECT_FALSE(same_access(left, right));
}

}  // namespace
}  // namespace portcullis::route
