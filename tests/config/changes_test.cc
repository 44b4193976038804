#include "config/changes.h"

#include "config/certificate.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

ServiceConfig service(const std::string& name, const std::string& endpoint) {
    ServiceConfig service;
    service.name = name;
    service.endpoints = {{SocketAddress::parse(endpoint).value()}};
    return service;
}

RouteConfig route(const std::string& host, const std::string& path = "/") {
    return {.host = HostPattern::parse(host).value(), .path = path, .service = "a"};
}

TEST(Changes, AreNoneBetweenEquals) {
    Config config;
    config.services = {service("a", "10.0.0.1:80"), service("b", "10.0.0.2:80")};
    config.routes = {route("a.test"), route("*.a.test"), route("a.test", "/api")};
    const Changes changes = changes_between(config, config);
    EXPECT_EQ(changes.services, (Tally{.kept = 2}));
    EXPECT_EQ(changes.routes, (Tally{.kept = 3}));
    EXPECT_EQ(text(changes), "services: 2 kept; routes: 3 kept; certificates: 0 kept");
}

TEST(Changes, OfServicesAreToldByName) {
    Config before;
    before.services = {service("a", "10.0.0.1:80"), service("b", "10.0.0.2:80"),
                       service("c", "10.0.0.3:80")};
    Config after;
    after.services = {service("d", "10.0.0.3:80"), service("b", "10.0.0.9:80"),
                      service("a", "10.0.0.1:80")};
    const Changes changes = changes_between(before, after);
    EXPECT_EQ(changes.services, (Tally{.kept = 1, .changed = 1, .added = 1, .removed = 1}));
    EXPECT_EQ(text(changes),
              "services: 1 kept, 1 changed, 1 added, 1 removed; routes: 0 kept; certificates: 0 "
              "kept");
}

TEST(Changes, OfRoutesAreToldByHostAndPath) {
    Config before;
    before.routes = {route("a.test", "/x"), route("a.test"), route("*.a.test")};
    Config after = before;
    after.routes[0].path = "/y";
    after.routes[1].hsts.reset();
    EXPECT_EQ(changes_between(before, after).routes,
              (Tally{.kept = 1, .changed = 1, .added = 1, .removed = 1}));
}

// The two of one route that mean the same path.
TEST(Changes, OfARoutesSpellingAreChanges) {
    Config before;
    before.routes = {route("a.test", "/x")};
    Config after;
    after.routes = {route("a.test", "/x/")};
    EXPECT_EQ(changes_between(before, after).routes, (Tally{.changed = 1}));
}

TEST(Changes, OfCertificatesAreSeenUnderTheSamePath) {
    const test::TestCa ca;
    const auto file = [&](const std::string& name) {
        const auto issued = ca.issue({.names = {"a.test"}});
        return CertificateFile{
            name + ".pem", name + ".key",
            std::make_shared<const Certificate>(
                parse_certificate(issued.certificate_pem, issued.key_pem).value())};
    };
    Config before;
    before.tls.certificates = {file("a"), file("b")};
    Config after = before;
    after.tls.certificates[0] = file("a");
    EXPECT_EQ(changes_between(before, after).certificates, (Tally{.kept = 1, .changed = 1}));
}

// One field of each kind: a comparison that left one out would keep what has to be replaced.
TEST(Changes, AreSeenInEveryFieldOfAService) {
    const ServiceConfig base = service("a", "10.0.0.1:80");
    const std::vector<void (*)(ServiceConfig&)> edits{
        [](ServiceConfig& s) { s.endpoints.clear(); },
        [](ServiceConfig& s) { s.protocol = Protocol::h2c; },
        [](ServiceConfig& s) { s.balance = Balance::round_robin; },
        [](ServiceConfig& s) { s.connect_timeout += 1ms; },
        [](ServiceConfig& s) { s.idle_connections_max = 3; },
        [](ServiceConfig& s) { s.passthrough = Switch::on; },
        [](ServiceConfig& s) { s.proxy_protocol = ProxyProtocol::v2; },
        [](ServiceConfig& s) { s.tls.server_name = "b.test"; },
        [](ServiceConfig& s) { s.tls.ca.file = "ca.pem"; },
        [](ServiceConfig& s) { s.tls.client.key = "client.key"; },
        [](ServiceConfig& s) { s.tls.verify = Switch::off; },
    };
    for (std::size_t i = 0; i < edits.size(); ++i) {
        ServiceConfig edited = base;
        edits[i](edited);
        EXPECT_FALSE(edited == base) << i;
    }
}

}  // namespace
}  // namespace portcullis
