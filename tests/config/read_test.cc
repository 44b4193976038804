#include "config/read.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

std::string say(std::string_view yaml) {
    return render(read_config(yaml, "p.yaml").diagnostics, yaml);
}

// One mistake in one line: its message and the caret's line, without what is the same every time.
struct Case {
    const char* yaml;
    const char* want;
};

TEST(ReadConfig, FillsEveryKindOfValue) {
    const Draft draft = read_config(R"(listen: [ 192.0.2.1, "2001:db8::1" ]
workers: 4
tls:
  certificates: [ { certificate: certs/a.pem, key: /etc/a.key } ]
  minimum_version: 1.3
  unknown_sni: default_certificate
services:
  shop: { endpoints: [ "10.0.1.4:8080" ], balance: round_robin, idle_timeout: 10s, idle_connections_max: 0 }
routes:
  - { host: "*.Example.com", path: /api, service: shop }
trusted_proxies: [ 10.0.0.0/8 ]
limits: { header_bytes: 16KiB, headers: 50 }
timeouts: { idle: 1500ms }
log: { access: logs/access.ndjson, client_address: none }
admin: { socket: ./run/../admin.sock }
)",
                                    "/etc/portcullis/p.yaml");
    EXPECT_TRUE(draft.diagnostics.empty());
    const Config& config = draft.config;
    EXPECT_EQ(config.listen,
              (std::vector{IpAddress::v4(0xC0000201), IpAddress::parse("2001:db8::1").value()}));
    EXPECT_EQ(config.workers, 4U);
    EXPECT_EQ(config.tls.certificates.at(0).certificate, "/etc/portcullis/certs/a.pem");
    EXPECT_EQ(config.tls.certificates.at(0).key, "/etc/a.key");
    EXPECT_EQ(config.tls.minimum_version, TlsVersion::tls13);
    EXPECT_EQ(config.tls.unknown_sni, UnknownSni::default_certificate);
    EXPECT_EQ(config.services.at(0).balance, Balance::round_robin);
    EXPECT_EQ(config.services.at(0).idle_timeout, 10s);
    EXPECT_EQ(config.services.at(0).idle_connections_max, 0U);
    EXPECT_EQ(config.routes.at(0).host.text(), "*.example.com");
    EXPECT_EQ(config.routes.at(0).path, "/api");
    EXPECT_EQ(config.trusted_proxies.at(0).text(), "10.0.0.0/8");
    EXPECT_EQ(config.limits.header_bytes.text(), "16KiB");
    EXPECT_EQ(config.limits.headers, 50U);
    EXPECT_EQ(config.timeouts.idle, 1500ms);
    EXPECT_EQ(config.log.access, "/etc/portcullis/logs/access.ndjson");
    EXPECT_EQ(config.log.client_address, LoggedAddress::none);
    EXPECT_EQ(config.admin.socket, "/etc/portcullis/admin.sock");
    EXPECT_EQ(draft.positions.at("routes[0].path").line, 10);
    EXPECT_EQ(draft.positions.at("routes[0].path").column, 36);
}

TEST(ReadConfig, SaysWhatIsWrongWithAValueAndWhatWouldBeRight) {
    const Case cases[] = {
        {"listen: '0.0.0.0'",
         "p.yaml:1:9: error: listen: a single value where a list belongs\n"
         "    listen: '0.0.0.0'\n"
         "            ^ write '- ' before each entry, or [ a, b ]\n"},
        {"listen: [ '0.0.0.0:8443' ]",
         "p.yaml:1:11: error: listen[0]: '0.0.0.0:8443' has a port\n"
         "    listen: [ '0.0.0.0:8443' ]\n"
         "              ^ write '0.0.0.0', the port is always 443\n"},
        {"listen: [ ':443' ]",
         "p.yaml:1:11: error: listen[0]: ':443' is a port\n"
         "    listen: [ ':443' ]\n"
         "              ^ write '::' for every address, the port is always 443\n"},
        {"listen: [ 8443 ]",
         "p.yaml:1:11: error: listen[0]: '8443' is a port\n"
         "    listen: [ 8443 ]\n"
         "              ^ write '::' for every address, the port is always 443\n"},
        {"workers: many",
         "p.yaml:1:10: error: workers: 'many' is neither 'auto' nor a whole number\n"
         "    workers: many\n"
         "             ^\n"},
        {"workers: 257",
         "p.yaml:1:10: error: workers: '257' is too much\n"
         "    workers: 257\n"
         "             ^ write 1 to 256: more workers than processors only cost\n"},
        {"workers:",
         "p.yaml:1:1: error: workers: nothing where a single value belongs\n"
         "    workers:\n"
         "    ^ write one word or number\n"},
        {"workers: ''",
         "p.yaml:1:10: error: workers: an empty value\n"
         "    workers: ''\n"
         "             ^\n"},
        {"tls: { minimum_version: 1.1 }",
         "p.yaml:1:25: error: tls.minimum_version: '1.1' is not a choice here\n"
         "    tls: { minimum_version: 1.1 }\n"
         "                            ^ write 1.2 or 1.3\n"},
        {"tls: { ticket_key_lifetime: 1m }",
         "p.yaml:1:29: error: tls.ticket_key_lifetime: '1m' is too little\n"
         "    tls: { ticket_key_lifetime: 1m }\n"
         "                                ^ write 10m to 7d: a stolen key reads every session that "
         "was resumed with it\n"},
        {"limits: { header_bytes: 2MiB }",
         "p.yaml:1:25: error: limits.header_bytes: '2MiB' is too much\n"
         "    limits: { header_bytes: 2MiB }\n"
         "                            ^ write 1KiB to 64KiB: browsers need some, and a head "
         "is held in one buffer\n"},
        {"limits: { connections_per_client: 0 }",
         "p.yaml:1:35: error: limits.connections_per_client: '0' is too little\n"
         "    limits: { connections_per_client: 0 }\n"
         "                                      ^ write 1 to 1000000: 0 would answer nobody\n"},
        {"limits: { headers: 99999999999999999999 }",
         "p.yaml:1:20: error: limits.headers: '99999999999999999999' is too large a number\n"
         "    limits: { headers: 99999999999999999999 }\n"
         "                       ^\n"},
        {"timeouts: { idle: 75 }",
         "p.yaml:1:19: error: timeouts.idle: '75' has no unit\n"
         "    timeouts: { idle: 75 }\n"
         "                      ^ write 75s for seconds, units are ms, s, m, h and d\n"},
        {"services: [ shop ]",
         "p.yaml:1:11: error: services: a list where a mapping belongs\n"
         "    services: [ shop ]\n"
         "              ^ write 'NAME: { endpoints: [ ... ] }' for each service\n"},
        {"services: { shop: }",
         "p.yaml:1:13: error: services.shop: a service without options\n"
         "    services: { shop: }\n"
         "                ^ write 'endpoints: [ ... ]' below it\n"},
        {"services: { shop: { endpoints: [ 'shop:80' ] } }",
         "p.yaml:1:34: error: services.shop.endpoints[0]: 'shop' is not an IP address\n"
         "    services: { shop: { endpoints: [ 'shop:80' ] } }\n"
         "                                     ^ endpoints are addresses, such as 10.0.1.4:8080\n"},
        {"services: { shop: { endpoints: [ '10.0.0.1:0' ] } }",
         "p.yaml:1:34: error: services.shop.endpoints[0]: '0' is not a port\n"
         "    services: { shop: { endpoints: [ '10.0.0.1:0' ] } }\n"
         "                                     ^ ports are 1 to 65535\n"},
        {"trusted_proxies: [ 10.0.0.1/24 ]",
         "p.yaml:1:20: error: trusted_proxies[0]: '10.0.0.1/24' has bits behind its prefix\n"
         "    trusted_proxies: [ 10.0.0.1/24 ]\n"
         "                       ^ write 10.0.0.0/24 for the network, or 10.0.0.1 for the one "
         "address\n"},
        {"routes: [ { host: '*', service: a } ]",
         "p.yaml:1:19: error: routes[0].host: '*' has a star that is not the whole leftmost label\n"
         "    routes: [ { host: '*', service: a } ]\n"
         "                      ^ write it as *.example.com\n"},
        {"routes: [ { service: a } ]",
         "p.yaml:1:11: error: routes[0].host: the key is missing\n"
         "    routes: [ { service: a } ]\n"
         "              ^ add 'host: ...'\n"},
        {"routes: [ a ]",
         "p.yaml:1:11: error: routes[0]: a single value where a mapping belongs\n"
         "    routes: [ a ]\n"
         "              ^ write 'key: value' lines, or { key: value }\n"},
        {"[ a ]",
         "p.yaml:1:1: error: a list where a mapping belongs\n"
         "    [ a ]\n"
         "    ^ write 'key: value' lines, or { key: value }\n"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(say(c.yaml), c.want) << c.yaml;
    }
}

TEST(ReadConfig, TakesWordsInsteadOfPaths) {
    const Draft words =
        read_config("log: { access: stdout }\nadmin: { socket: off }\n", "/etc/p.yaml");
    EXPECT_TRUE(words.diagnostics.empty());
    EXPECT_EQ(words.config.log.access, "stdout");
    EXPECT_EQ(words.config.admin.socket, "");
    const Draft paths =
        read_config("log: { access: ./stdout }\nadmin: { socket: ./off }\n", "/etc/p.yaml");
    EXPECT_EQ(paths.config.log.access, "/etc/stdout");
    EXPECT_EQ(paths.config.admin.socket, "/etc/off");
}

TEST(ReadConfig, NamesTheKeyThatWasMeant) {
    const Case cases[] = {
        {"tls: { certificates: [ { cert: a, key: b } ] }",
         "p.yaml:1:26: error: tls.certificates[0].cert: unknown key\n"
         "    tls: { certificates: [ { cert: a, key: b } ] }\n"
         "                             ^ did you mean 'certificate'?\n"},
        {"routes: [ { server_name: a.b, service: c } ]",
         "p.yaml:1:13: error: routes[0].server_name: unknown key\n"
         "    routes: [ { server_name: a.b, service: c } ]\n"
         "                ^ did you mean 'host'?\n"},
        {"upstreams: {}",
         "p.yaml:1:1: error: upstreams: unknown key\n"
         "    upstreams: {}\n"
         "    ^ did you mean 'services'?\n"},
        {"port: 8443",
         "p.yaml:1:1: error: port: unknown key\n"
         "    port: 8443\n"
         "    ^ the port is always 443, and no option opens another\n"},
        {"admin: { colour: blue }",
         "p.yaml:1:10: error: admin.colour: unknown key\n"
         "    admin: { colour: blue }\n"
         "             ^ write socket\n"},
        {"log: { zzz: 1 }",
         "p.yaml:1:8: error: log.zzz: unknown key\n"
         "    log: { zzz: 1 }\n"
         "           ^ write access, client_address or queue_lines\n"},
        {"limits: { <<: { headers: 50 } }",
         "p.yaml:1:11: error: limits.<<: unknown key\n"
         "    limits: { <<: { headers: 50 } }\n"
         "              ^ merge keys are not known here; repeat the options, or give the whole "
         "value by an alias\n"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(say(c.yaml), c.want) << c.yaml;
    }
}

TEST(ReadConfig, ReportsDuplicateKeys) {
    EXPECT_EQ(say("log: {}\nadmin: {}\nlog: {}\n"),
              "p.yaml:3:1: error: log: the key is here for the second time\n"
              "    log: {}\n"
              "    ^ keep one of them\n");
    EXPECT_EQ(say("services:\n  a: { endpoints: [] }\n  a: { endpoints: [] }\n"),
              "p.yaml:3:3: error: services.a: a second service of this name\n"
              "      a: { endpoints: [] }\n"
              "      ^ keep one of them\n");
}

TEST(ReadConfig, AnOptionWithEverythingCommentedOutSaysNothing) {
    const Draft draft = read_config(
        "services:\n  # shop:\nroutes:\n  # - host\nlimits:\ntrusted_proxies:\n", "p.yaml");
    EXPECT_TRUE(draft.diagnostics.empty());
    EXPECT_TRUE(draft.config.routes.empty());
}

TEST(ReadConfig, TakesValuesByAlias) {
    const Draft draft = read_config(
        "services:\n  a: &same { endpoints: [ '10.0.0.1:80' ] }\n  b: *same\n", "p.yaml");
    EXPECT_TRUE(draft.diagnostics.empty());
    ASSERT_EQ(draft.config.services.size(), 2U);
    EXPECT_EQ(draft.config.services[1].name, "b");
    EXPECT_EQ(draft.config.services[1].endpoints, draft.config.services[0].endpoints);
}

TEST(ReadConfig, AnEndpointIsAnAddressOrAMappingWithOne) {
    const Draft draft = read_config(
        "services: { a: { endpoints: [ '10.0.0.1:80', { address: '10.0.0.2:80', weight: 3 } ] } }",
        "p.yaml");
    EXPECT_TRUE(draft.diagnostics.empty());
    const auto& endpoints = draft.config.services.at(0).endpoints;
    ASSERT_EQ(endpoints.size(), 2U);
    EXPECT_EQ(endpoints[0].weight, 1U);
    EXPECT_EQ(endpoints[1].address.text(), "10.0.0.2:80");
    EXPECT_EQ(endpoints[1].weight, 3U);
    EXPECT_EQ(
        say("services:\n  a: { endpoints: [ { weight: 0 } ] }\n"),
        "p.yaml:2:31: error: services.a.endpoints[0].weight: '0' is too little\n"
        "      a: { endpoints: [ { weight: 0 } ] }\n"
        "                                  ^ write 1 to 1000: what shall get nothing need not "
        "be listed\n"
        "p.yaml:2:21: error: services.a.endpoints[0].address: the key is missing\n"
        "      a: { endpoints: [ { weight: 0 } ] }\n"
        "                        ^ add 'address: ...'\n");
}

TEST(ReadConfig, AliasesDoNotMultiplyWithoutEnd) {
    std::string yaml = "services:\n  s: &s { endpoints: &e [";
    for (int i = 0; i < 2000; ++i) {
        yaml += "'10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ":80',";
    }
    yaml += "] }\n";
    for (int i = 0; i < 2000; ++i) {
        yaml += "  s" + std::to_string(i) + ": *s\n";
    }
    const Draft draft = read_config(yaml, "p.yaml");
    ASSERT_FALSE(draft.diagnostics.empty());
    EXPECT_EQ(draft.diagnostics.back().wrong,
              "more than 200000 values in one file, aliases included");
}

}  // namespace
}  // namespace portcullis
