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
    const auto labelled = read(base, {{"portcullis.host", "a.example, *.b.example"},
                                      {"portcullis.port", "8080"},
                                      {"portcullis.balance", "round_robin"},
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

    const struct {
        const char* label;
        const char* value;
        const char* want;
    } cases[] = {
        {"portcullis.prot", "http1",
         "portcullis.prot: no option that labels may set; did you mean 'port'?"},
        {"portcullis.allow", "10.0.0.0/8, ten", "portcullis.allow[1]: 'ten' is not an address"},
        {"portcullis.health", "yes",
         "portcullis.health: a single value where a mapping belongs; write 'key: value' lines, or "
         "{ key: value }"},
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
              "portcullis.swarm: no port that its tasks listen on; add 'port: ...'");
    EXPECT_EQ(wrong({{"portcullis.port", "80"}}),
              "portcullis.host: the key is missing; add 'host: ...'");
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
        "discovery: { snapshot: s, key_file: k, networks: [ edge ] }\n");
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
