#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

TEST(ValidateServices, SaysHowEndpointsCannotBeMet) {
    const Sandbox sandbox;

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], tls: { ca: ca.pem } } }\n",
         "1:56 services.shop.tls: no TLS is spoken to endpoints of protocol 'http1'; write "
         "'protocol: https' or 'protocol: h2', or remove it\n1:62 services.shop.tls.ca: cannot "
         "open ca.pem: No such file or directory; relative paths start at the configuration's "
         "folder\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2c, tls: { verify: off } } "
         "}\n",
         "1:71 services.shop.tls: no TLS is spoken to endpoints of protocol 'h2c'; write "
         "'protocol: https' or 'protocol: h2', or remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: https, tls: { certificate: "
         "shop.pem } } }\n",
         "1:88 services.shop.tls.certificate: a certificate without its key; add 'key: ...'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2, tls: { key: shop.key } } "
         "}\n",
         "1:77 services.shop.tls.key: a key without its certificate; add 'certificate: ...'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2, tls: { server_name: "
         "10.0.0.1 } } }\n",
         "1:85 services.shop.tls.server_name: '10.0.0.1' is no name of a host; write the name in "
         "the endpoint's certificate, or 'off'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2, tls: { ca: shop.pem, "
         "verify: false } } }\n",
         "1:76 services.shop.tls.ca: an authority that nothing is verified by; write 'verify: on', "
         "or remove it\n?1:94 services.shop.tls.verify: endpoints are not verified: whoever is in "
         "between may read and answer; name the authority that issued their certificates as "
         "'ca'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2, tls: { server_name: "
         "a.example } } }\n",
         ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], passthrough: true, protocol: h2, tls: "
         "{}, proxy_protocol: v2 } }\n",
         "1:80 services.shop.protocol: has no effect on passthrough: the endpoint's bytes are not "
         "read; remove it, or write 'passthrough: off'\n1:89 services.shop.tls: has no effect on "
         "passthrough: the endpoint's bytes are not read; remove it, or write 'passthrough: "
         "off'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2c, proxy_protocol: v2 } "
         "}\n",
         "1:82 services.shop.proxy_protocol: a connection of this protocol carries requests of "
         "many "
         "clients; use protocol http1 or https, or remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], balance: hash, hash: { by: header } } "
         "}\n",
         "1:78 services.shop.hash.by: hashes by a header without a name; add 'name: ...'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], balance: hash, hash: { by: cookie, "
         "name: 'a b' } } }\n",
         "1:92 services.shop.hash.name: 'a b' is no name of a header; use 1 to 256 letters, digits "
         "and "
         "hyphens\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], balance: hash, hash: { name: a } } "
         "}\n",
         "1:80 services.shop.hash.name: a client's address has no name; write 'by: header' or 'by: "
         "cookie', or remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], hash: { by: cookie, name: a } } }\n",
         "1:57 services.shop.hash: has no effect with 'balance: p2c'; write 'balance: hash', or "
         "remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], sticky: { cookie: 'a=b' } } }\n",
         "1:69 services.shop.sticky.cookie: 'a=b' is no name of a header; use 1 to 256 letters, "
         "digits and "
         "hyphens\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], sticky: { same_site: none }, balance: "
         "ewma } }\n",
         ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], upgrade: [ websocket, tcp ] } }\n", ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], upgrade: [] } }\n", ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], upgrade: [ H2C, TLS/1.2 ] } }\n",
         "1:60 services.shop.upgrade: 'H2C' would carry requests that no route has judged; remove "
         "it; for endpoints that speak HTTP/2 write 'protocol: h2c'\n1:60 services.shop.upgrade: "
         "'TLS/1.2' is not the name of a protocol; write a name without a version, as in 'upgrade: "
         "[ websocket, tcp ]'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], health: { kind: grpc } } }\n",
         "1:67 services.shop.health.kind: gRPC needs HTTP/2; write 'protocol: h2' or 'protocol: "
         "h2c' in the service\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], health: { path: healthz, host: 'a b', "
         "timeout: 3s } } }\n",
         "1:67 services.shop.health.path: 'healthz' is not a path to ask for; write one such as "
         "/healthz\n1:82 services.shop.health.host: 'a b' is no host; write NAME or "
         "NAME:PORT\n1:98 services.shop.health.timeout: longer than the interval; write 2s or "
         "less\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], health: { path: '/a b' } } }\n",
         "1:67 services.shop.health.path: '/a b' is not a path to ask for; write one such as "
         "/healthz\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], protocol: h2c, health: { kind: grpc, "
         "service: shop.Till } } }\n",
         ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], ejection: { time: 1m, time_max: 30s, "
         "latency_max: 100 } } }\n",
         "1:83 services.shop.ejection.time_max: shorter than the first time; write 1m or "
         "more\n1:101 services.shop.ejection.latency_max: half of all endpoints are slower than "
         "the median; write 200 for twice the median, or 0\n"},
        {"services:\n  shop: { endpoints: [ '10.0.1.4:80' ] }\n  login: { endpoints: [ "
         "'10.0.1.5:80' ] }\nroutes: [ { host: shop.example.com, service: shop, forward_auth: { "
         "service: login } } ]\n",
         ""},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(sandbox.lines_about(c.part), c.want) << c.part;
    }
}

}  // namespace
}  // namespace portcullis
