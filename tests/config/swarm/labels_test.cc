#include "config/swarm/labels.h"

#include "config/options.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using Labels = std::map<std::string, std::string>;

Result<Labelled> read(const Config& base, Labels labels) {
    Service service;
    service.name = "web";
    service.labels = std::move(labels);
    return read_labels(base, service);
}

std::string wrong(const Labels& labels) {
    Config base;
    base.discovery.snapshot = "s";
    const auto outcome = read(base, labels);
    return outcome ? "" : outcome.error().text;
}

TEST(ReadLabels, MakesAServiceAndItsRoutes) {
    Config base;
    base.discovery.snapshot = "s";
    const auto labelled =
        read(base, {{"portcullis.host", "a.example, *.b.example"},
                    {"portcullis.port", "8080"},
                    {"portcullis.balance", "round_robin"},
                    {"portcullis.response_parsing", "lenient"},
                    {"portcullis.trusted_headers", "X-HTTP-Method-Override, X-Original-URL"},
                    {"portcullis.trace", "on"},
                    {"portcullis.health.path", "/healthz"},
                    {"portcullis.allow", "10.0.0.0/8,fd00::/8"},
                    {"portcullis.answer_headers.set.X-Frame-Options", "DENY"},
                    {"portcullis.retry.when", "connect, reset"},
                    {"portcullis.routes.api.host", "a.example"},
                    {"portcullis.routes.api.path", "/api"},
                    {"portcullis.routes.api.rate_limit.requests", "7"}});
    ASSERT_TRUE(labelled) << labelled.error().text;
    EXPECT_EQ(labelled->service.name, "web");
    EXPECT_EQ(labelled->service.swarm, "web");
    EXPECT_EQ(labelled->service.port, 8080U);
    EXPECT_EQ(labelled->service.balance, Balance::round_robin);
    EXPECT_EQ(labelled->service.health.value().path, "/healthz");
    EXPECT_EQ(labelled->service.response_parsing, ResponseParsing::lenient);
    EXPECT_EQ(labelled->routes[0].trusted_headers.size(), 2U);
    EXPECT_EQ(labelled->routes[0].trace, Switch::on);
    ASSERT_EQ(labelled->routes.size(), 3U);
    EXPECT_EQ(labelled->routes[0].host.text(), "a.example");
    EXPECT_EQ(labelled->routes[1].host.text(), "*.b.example");
    EXPECT_EQ(labelled->routes[0].allow.size(), 2U);
    EXPECT_EQ(labelled->routes[0].retry.when, (std::vector{RetryOn::connect, RetryOn::reset}));
    ASSERT_EQ(labelled->routes[0].answer_headers.set.size(), 1U);
    EXPECT_EQ(labelled->routes[2].path, "/api");
    EXPECT_EQ(labelled->routes[2].rate_limit.value().requests, 7U);
    EXPECT_EQ(labelled->routes[2].allow, everyone());
}

TEST(ReadLabels, SaysWhichLabelIsWrong) {
    const Labels good{{"portcullis.host", "a.example"}, {"portcullis.port", "80"}};
    EXPECT_EQ(wrong(good), "");
    Labels trusting = good;
    trusting.emplace("portcullis.trusted_headers", "CF-Connecting-IP");
    EXPECT_NE(wrong(trusting).find("portcullis.trusted_headers"), std::string::npos)
        << "it passes from the file's trusted_proxies only: " << wrong(trusting);

    const struct {
        const char* label;
        const char* value;
        const char* want;
    } cases[] = {
        {"portcullis.prot", "http1",
         "portcullis.prot: no option that labels may set; did you mean 'port'?"},
        {"portcullis.path", "/admin/*",
         "portcullis.path: '/admin/*' is written as a pattern, but a path is a prefix by whole "
         "segments and is compared letter by letter; write '/admin', which covers everything below "
         "it"},
        {"portcullis.allow", "10.0.0.0/8, ten", "portcullis.allow[1]: 'ten' is not an address"},
        {"portcullis.health", "yes",
         "portcullis.health: a single value where a mapping belongs; write its options as labels, "
         "portcullis.health.NAME"},
        {"portcullis.redirect", "https://b.example/",
         "portcullis.redirect: a single value where a mapping belongs; write its options as "
         "labels, "
         "portcullis.redirect.NAME"},
        {"portcullis.redirect.to", "https://a.example{path}",
         "portcullis.redirect.to: 'https://a.example{path}' leads back here, for ever; name "},
        {"portcullis.host.", "b.example",
         "portcullis.host.: an option below one that has a value; remove one of them"},
        {"portcullis. host", "b.example",
         "portcullis. host: the label's name has white space in it; write it without"},
        {"portcullis.host", "", "portcullis.host: the key is missing; add 'host: ...'"},
        {"portcullis.host", "a_b!", "portcullis.host: "},
        {"portcullis.port", "0",
         "portcullis.port: '0' is too little; write 1 to 65535: there are no other ports"},
        {"portcullis.path.x", "1", "portcullis.path: a mapping where a single value belongs"},
        {"portcullis.port.x", "1",
         "portcullis.port.x: an option below one that has a value; remove one of them"},
        {"portcullis.routes.api", "1",
         "portcullis.routes.api: names no route; write portcullis.routes.NAME.host"},
        {"portcullis.routes.api.path", "/x",
         "portcullis.routes.api.host: the key is missing; add 'host: ...'"},
        {"portcullis.routes.api.port", "1",
         "portcullis.routes.api.port: no option of a route that labels may set; "},
        {"portcullis.a.b.c.d.e.f.g.h.i", "1",
         "portcullis.a.b.c.d.e.f.g.h.i: no option lies so deep; remove it"},
    };

    for (const auto& [label, value, want] : cases) {
        Labels labels = good;
        labels[label] = value;
        EXPECT_TRUE(wrong(labels).starts_with(want)) << label << ": " << wrong(labels);
    }
    EXPECT_EQ(wrong({{"portcullis.host", "a.example"}}),
              "portcullis.port: no port that its tasks listen on; add 'port: ...'");
    EXPECT_EQ(wrong({{"portcullis.port", "80"}}),
              "portcullis.host: the key is missing; add 'host: ...'");
}

TEST(ReadLabels, MayRedirect) {
    Config base;
    base.discovery.snapshot = "s";
    const auto labelled =
        read(base, {{"portcullis.host", "old.example"},
                    {"portcullis.port", "80"},
                    {"portcullis.redirect.to", "https://new.example{path}{query}"},
                    {"portcullis.redirect.status", "308"},
                    {"portcullis.routes.new.host", "new.example"}});
    ASSERT_TRUE(labelled) << labelled.error().text;
    ASSERT_EQ(labelled->routes.size(), 2U);
    EXPECT_EQ(labelled->routes[0].redirect.value().to, "https://new.example{path}{query}");
    EXPECT_EQ(labelled->routes[0].redirect->status, RedirectStatus::permanent);
    EXPECT_EQ(labelled->routes[0].service, "");
    EXPECT_EQ(labelled->routes[1].service, "web");
    EXPECT_EQ(wrong({{"portcullis.host", "old.example"},
                     {"portcullis.port", "80"},
                     {"portcullis.redirect.to", "https://new.example/"},
                     {"portcullis.rewrite", "/x"}}),
              "portcullis.rewrite: has no effect, because every request here is redirected; remove "
              "it, or the redirect");
}

std::string hosts(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "h" : ",h") + std::to_string(i) + ".example";
    }
    return text;
}

TEST(ReadLabels, BoundsTheHostsAndRoutesOfOneService) {
    EXPECT_EQ(wrong({{"portcullis.host", hosts(32)}, {"portcullis.port", "80"}}), "");
    EXPECT_EQ(wrong({{"portcullis.host", hosts(33)}, {"portcullis.port", "80"}}),
              "its labels claim 33 hosts, and discovery.hosts_per_service is 32; claim fewer, or a "
              "wildcard");
    EXPECT_EQ(wrong({{"portcullis.host", hosts(17)},
                     {"portcullis.port", "80"},
                     {"portcullis.routes.x.host", "X1.example, *.x.example"},
                     {"portcullis.routes.y.host", hosts(17)},
                     {"portcullis.routes.y.path", "/y"}}),
              "")
        << "a host counts once";
    EXPECT_EQ(wrong({{"portcullis.host", hosts(129)}, {"portcullis.port", "80"}}),
              "its labels make 129 routes, and discovery.routes_per_service is 128; make fewer, or "
              "claim a wildcard");
    Config base;
    base.discovery.snapshot = "s";
    base.discovery.hosts_per_service = 2'000;
    base.discovery.routes_per_service = 2'000;
    EXPECT_TRUE(read(base, {{"portcullis.host", hosts(2'000)}, {"portcullis.port", "80"}}));
}

// Whose a host is, is looked up in the form that requests are compared in.
TEST(ReadLabels, HasHostsInOneFormOnly) {
    const struct {
        const char* written;
        const char* read;  // empty: refused
    } cases[] = {
        {"SHOP.example.COM", "shop.example.com"},
        {"shop.example.com.", "shop.example.com"},
        {"*.Example.com.", "*.example.com"},
        {"[2001:DB8::0:1]", "2001:db8::1"},
        {"192.0.2.7", "192.0.2.7"},
        {"192.0.2.07", ""},
        {"shop.example.com:443", ""},
        {"shop.example.com..", ""},
        {"sh\xc3\xb6p.example.com", ""},  // IDN is written as xn--
        {"xn--shp-sna.example.com", "xn--shp-sna.example.com"},
        {"*", ""},
        {"*.com", ""},
        {"*.192.0.2.7", ""},
        {"a.*.example.com", ""},
        {"https://shop.example.com", ""},
        {"shop.example.com/x", ""},
    };

    for (const auto& [written, wanted] : cases) {
        Config base;
        base.discovery.snapshot = "s";
        const auto labelled = read(base, {{"portcullis.host", written}, {"portcullis.port", "80"}});
        EXPECT_EQ(labelled ? labelled->routes.at(0).host.text() : "", wanted) << written;
    }
}

// Who may deploy a service must not read the proxy's disk, nor send requests to other services.
TEST(ReadLabels, CanNameNoFileAndNoOtherService) {
    for (const char* label :
         {"portcullis.client_ca", "portcullis.client_crl", "portcullis.basic_auth.users",
          "portcullis.forward_auth.service", "portcullis.maintenance.page",
          "portcullis.error_pages.404", "portcullis.tls.ca", "portcullis.service",
          "portcullis.swarm", "portcullis.endpoints", "portcullis.routes.a.service"}) {
        const std::string said =
            wrong({{"portcullis.host", "a.example"}, {"portcullis.port", "80"}, {label, "x"}});
        EXPECT_NE(said.find("that labels may set"), std::string::npos) << label << ": " << said;
    }
}

TEST(ReadLabels, NeedsACertificateForTheHost) {
    const test::Sandbox sandbox;
    sandbox.issue("shop", {"shop.example"});
    const auto loaded = sandbox.load(
        "tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }\n"
        "discovery: { snapshot: s, verify_key: k, networks: [ edge ] }\n");
    ASSERT_NE(loaded.config, nullptr);
    EXPECT_TRUE(
        read(*loaded.config, {{"portcullis.host", "shop.example"}, {"portcullis.port", "80"}}));
    const auto other =
        read(*loaded.config, {{"portcullis.host", "other.example"}, {"portcullis.port", "80"}});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().text,
              "portcullis.host: no certificate covers 'other.example', so that clients never reach "
              "it; add a certificate with this name");
}

}  // namespace
}  // namespace portcullis::swarm
