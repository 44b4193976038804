#include "config/validate.h"

#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

struct Case {
    const char* part;  // what is wrong; certificate, service and route are added where it has none
    const char* want;
};

TEST(Validate, SaysHowThePartsDoNotFit) {
    const Sandbox sandbox;
    const Case cases[] = {
        {"listen: []\n",
         "portcullis.yaml:1:9: error: listen: no address to listen on\n"
         "    listen: []\n"
         "            ^ write [ '::' ] for every address of both families\n"},
        {"listen: [ 192.0.2.1, '::ffff:192.0.2.1' ]\n",
         "portcullis.yaml:1:22: error: listen[1]: '192.0.2.1' is there twice\n"
         "    listen: [ 192.0.2.1, '::ffff:192.0.2.1' ]\n"
         "                         ^ keep one of them\n"},
        {"listen: [ 0.0.0.0, '::' ]\n",
         "portcullis.yaml:1:11: error: listen[0]: '::' listens on '0.0.0.0' already\n"
         "    listen: [ 0.0.0.0, '::' ]\n"
         "              ^ keep '::' alone, or name the addresses\n"},
        {"listen: [ '0.0.0.0:8443', '::1' ]\n",
         "portcullis.yaml:1:11: error: listen[0]: '0.0.0.0:8443' has a port\n"
         "    listen: [ '0.0.0.0:8443', '::1' ]\n"
         "              ^ write '0.0.0.0', the port is always 443\n"},
        {"services: { 'sh op': { endpoints: [ '10.0.0.1:80' ] } }\nroutes: [ { host: "
         "shop.example.com, service: 'sh op' } ]\n",
         "portcullis.yaml:1:13: error: services.sh op: 'sh op' is not a name for a service\n"
         "    services: { 'sh op': { endpoints: [ '10.0.0.1:80' ] } }\n"
         "                ^ use 1 to 63 letters, digits, hyphens and underscores\n"},
        {"services: { shop: { endpoints: [ '127.0.0.1:80' ] }, till: { endpoints: [ '10.0.0.1:80' "
         "] } }\n",
         "portcullis.yaml:1:54: warning: services.till: no route leads to this service\n"
         "    services: { shop: { endpoints: [ '127.0.0.1:80' ] }, till: { endpoints: [ "
         "'10.0.0.1:80' ] } }\n"
         "                                                         ^ add a route, or remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.0.1:80', '10.0.0.1:080' ] } }\n",
         "portcullis.yaml:1:49: error: services.shop.endpoints[1]: '10.0.0.1:80' is there twice\n"
         "    services: { shop: { endpoints: [ '10.0.0.1:80', '10.0.0.1:080' ] } }\n"
         "                                                    ^ keep one of them\n"},
        {"services: { shop: { endpoints: [ '0.0.0.0:80' ] } }\n",
         "portcullis.yaml:1:34: error: services.shop.endpoints[0]: '0.0.0.0:80' is no address to "
         "connect to\n"
         "    services: { shop: { endpoints: [ '0.0.0.0:80' ] } }\n"
         "                                     ^ write 127.0.0.1 for this machine\n"},
        {"services: { shop: { endpoints: [] } }\n",
         "portcullis.yaml:1:32: warning: services.shop.endpoints: no endpoints: requests get 503\n"
         "    services: { shop: { endpoints: [] } }\n"
         "                                   ^\n"},
        {"routes:\n  - { host: shop.example.com, service: shpo }\n  - { host: shop.example.com, "
         "path: /a, service: shop }\n",
         "portcullis.yaml:2:40: error: routes[0].service: no service is called 'shpo'\n"
         "      - { host: shop.example.com, service: shpo }\n"
         "                                           ^ did you mean 'shop'?\n"},
        {"services: {}\n",
         "portcullis.yaml:3:46: error: routes[0].service: no service is called 'shop'\n"
         "    routes: [ { host: shop.example.com, service: shop } ]\n"
         "                                                 ^ add it under 'services'\n"},
        {"routes:\n  - { host: shop.example.com, service: shop }\n  - { host: SHOP.example.com, "
         "service: shop }\n",
         "portcullis.yaml:3:5: error: routes[1]: the same host and path as routes[0]\n"
         "      - { host: SHOP.example.com, service: shop }\n"
         "        ^ remove one of them\n"},
        {"routes:\n  - { host: shop.example.com, path: /api, service: shop }\n"
         "  - { host: shop.example.com, path: /api/, service: shop }\n",
         "portcullis.yaml:3:37: error: routes[1].path: '/api/' is never reached: it matches the "
         "same requests as "
         "'/api' of routes[0]\n"
         "      - { host: shop.example.com, path: /api/, service: shop }\n"
         "                                        ^ remove one of them\n"},
        {"routes: [ { host: shop.example.com, path: api, service: shop } ]\n",
         "portcullis.yaml:1:43: error: routes[0].path: 'api' does not begin with '/'\n"
         "    routes: [ { host: shop.example.com, path: api, service: shop } ]\n"
         "                                              ^ write '/api'\n"},
        {"routes: [ { host: shop.example.com, path: /a/../b, service: shop } ]\n",
         "portcullis.yaml:1:43: error: routes[0].path: '/a/../b' never matches, because requests "
         "are normalised first\n"
         "    routes: [ { host: shop.example.com, path: /a/../b, service: shop } ]\n"
         "                                              ^ write '/b'\n"},
        {"routes: []\nservices: {}\n",
         "portcullis.yaml:1:9: warning: routes: no routes: every request gets 421\n"
         "    routes: []\n"
         "            ^ add an entry with host and service\n"},
        {"trusted_proxies: [ 0.0.0.0/0 ]\n",
         "portcullis.yaml:1:20: warning: trusted_proxies[0]: '0.0.0.0/0' lets every client forge "
         "its address\n"
         "    trusted_proxies: [ 0.0.0.0/0 ]\n"
         "                       ^ name the proxies in front of this one, or nothing\n"},
        {"trusted_proxies: [ 10.0.0.1, 10.0.0.1/32 ]\n",
         "portcullis.yaml:1:30: error: trusted_proxies[1]: '10.0.0.1/32' is there twice\n"
         "    trusted_proxies: [ 10.0.0.1, 10.0.0.1/32 ]\n"
         "                                 ^ keep one of them\n"},
        {"limits: { request_line: 16KiB, header_bytes: 49KiB }\n",
         "portcullis.yaml:1:46: error: limits.header_bytes: a head is held in one buffer of 64KiB, "
         "and limits.request_line may fill 16KiB of it\n"
         "    limits: { request_line: 16KiB, header_bytes: 49KiB }\n"
         "                                                 ^ write '48KiB' or less\n"},
        {"limits: { connections_per_worker: 100, connections_per_client: 101 }\n",
         "portcullis.yaml:1:64: warning: limits.connections_per_client: never reached, because "
         "limits.connections_per_worker is 100\n"
         "    limits: { connections_per_worker: 100, connections_per_client: 101 }\n"
         "                                                                   ^ write less than "
         "that, so that one client "
         "cannot take every connection\n"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(sandbox.say_about(c.part), c.want) << c.part;
    }
}

TEST(Validate, RoutesOfOneHostMayShareAPrefix) {
    const Sandbox sandbox;
    EXPECT_EQ(sandbox.say_about("routes:\n  - { host: shop.example.com, service: shop }\n"
                                "  - { host: shop.example.com, path: /api, service: shop }\n"
                                "  - { host: shop.example.com, path: /api/v2/, service: shop }\n"),
              "");
}

TEST(Validate, AFullFindingsListStopsTheSearchForWhatWasMeant) {
    Config config;
    const Positions positions;
    Findings findings{config, positions};
    for (std::size_t i = 0; i < kDiagnosticsMax; ++i) {
        EXPECT_FALSE(findings.full());
        findings.warning("x", "y");
    }
    EXPECT_TRUE(findings.full());
}

TEST(Findings, StandAtTheNearestPlaceThatIsKnown) {
    Config config;
    config.file = "p.yaml";
    const Positions positions = {
        {"routes", {1, 9}}, {"routes[0]", {2, 5}}, {"routes[0].host", {2, 13}}};
    Findings findings{config, positions};
    findings.error("routes[0].host", "a");
    findings.error("routes[0].path", "b");
    findings.error("routes[1]", "c");
    findings.error("tls", "d");
    const auto found = findings.take();
    EXPECT_EQ(found.at(0).column, 13);
    EXPECT_EQ(found.at(1).column, 5);
    EXPECT_EQ(found.at(2).line, 1);
    EXPECT_EQ(found.at(3).line, 0);
}

}  // namespace
}  // namespace portcullis
