#include "admin/steps.h"

#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

std::string shown(const RouteConfig& route, std::string_view path) {
    std::string text;
    for (const Step& step : steps_of(route, path)) {
        text += step.name + ": " + step.what + "\n";
    }
    return text;
}

TEST(Steps, AreThoseThatTheRouteHasInTheirOrder) {
    RouteConfig route;
    EXPECT_EQ(shown(route, "/"), "hsts: 730d\n");
    route.path = "/api";
    route.strip_prefix = Switch::on;
    route.client_certificate = ClientCertificate::required;
    route.allow = {Cidr::parse("10.0.0.0/8").value()};
    route.deny = {Cidr::parse("10.1.0.0/16").value()};
    route.maintenance.emplace();
    route.request_body_max = ByteSize{1024};
    route.rate_limit = RateLimit{.requests = 5, .per = std::chrono::seconds{60}};
    route.basic_auth.emplace().users.file = "/etc/users";
    route.forward_auth.emplace().service = "login";
    route.request_headers = {.set = {{"X-Key", "secret"}}, .remove = {"Cookie"}};
    route.hsts.reset();
    EXPECT_EQ(shown(route, "/api/x"),
              "client certificate: required\n"
              "deny: 10.1.0.0/16: 403\n"
              "allow: 10.0.0.0/8; others: 403\n"
              "maintenance: 503, except for nobody\n"
              "request body: at most 1KiB: 413\n"
              "rate limit: 5 in 1m by client: 429\n"
              "basic authentication: users of /etc/users; others: 401\n"
              "forward authentication: asks login for /\n"
              "path for the service: /x\n"
              "request headers: -Cookie X-Key\n"
              "hsts: off\n")
        << "and no header's value";
}

}  // namespace
}  // namespace portcullis::admin
