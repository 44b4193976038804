#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

TEST(ValidateAccess, SaysWhoCouldNotComeIn) {
    const Sandbox sandbox;

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {"routes:\n  - { host: shop.example.com, service: shop, client_certificate: required }\n",
         "2:66 routes[0].client_certificate: no authority is named that client certificates are "
         "verified by; add 'client_ca: FILE' here or in 'tls'\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, client_ca: shop.pem }\n",
         "2:57 routes[0].client_ca: has no effect, because no certificate is asked for; write "
         "'client_certificate: required', or remove it\n"},
        {"tls: { certificates: [ { certificate: shop.pem, key: shop.key } ], client_ca: shop.pem "
         "}\nroutes:\n  - { host: shop.example.com, service: shop, client_certificate: optional "
         "}\n",
         ""},
        {"routes:\n  - { host: shop.example.com, service: shop, allow: [ 10.0.0.0/8, 10.0.0.0/8 ], "
         "deny: [ 10.0.0.1/8 ] }\n",
         "2:67 routes[0].allow[1]: '10.0.0.0/8' is there twice; keep one of them\n2:89 "
         "routes[0].deny[0]: '10.0.0.1/8' has bits behind its prefix; write 10.0.0.0/8 for the "
         "network, or 10.0.0.1 for the one address\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, allow: [] }\n",
         "?2:53 routes[0].allow: nobody may make requests here; \n"},
        {"routes:\n  - { host: shop.example.com, service: shop, allow:  }\n",
         "2:54 routes[0].allow: nothing where a list belongs; write [] for nobody, or remove the "
         "key for everybody\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, deny: [ 10.0.0.1, 10.0.0.1/32 ] "
         "}\n",
         "2:64 routes[0].deny[1]: '10.0.0.1/32' is there twice; keep one of them\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, trusted_headers: [ "
         "x-http-method-override, X-SSL-*, X-Foo, CF-Connecting-IP ] }\n",
         "2:89 routes[0].trusted_headers[1]: 'X-SSL-*' does not name one header; write each name "
         "in full, with letters, digits and hyphens\n2:98 routes[0].trusted_headers[2]: 'X-Foo' is "
         "not one of the headers that are removed by default and may be trusted; leave it out\n"
         "2:105 routes[0].trusted_headers[3]: 'CF-Connecting-IP' says who the client is: it passes "
         "from trusted_proxies only, and there are none; name the proxies that write it in "
         "'trusted_proxies', or leave it out\n"},
        {"trusted_proxies: [ 192.0.2.0/24 ]\nroutes:\n  - { host: shop.example.com, service: shop, "
         "trusted_headers: [ CF-Connecting-IP ] }\n",
         ""},
        {"routes:\n  - { host: shop.example.com, service: shop, basic_auth:  }\n",
         "2:59 routes[0].basic_auth: nothing where a mapping belongs; write 'off', or its "
         "options\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, basic_auth: on }\n",
         "2:58 routes[0].basic_auth: a single value where a mapping belongs; write 'key: value' "
         "lines, or { key: value }\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, basic_auth: { realm: 'a\"b' } }\n",
         "2:58 routes[0].basic_auth.users: the key is missing; add 'users: ...'\n2:67 "
         "routes[0].basic_auth.realm: 'a\"b' cannot be sent as a realm; use printable ASCII "
         "without quotes and backslashes\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, forward_auth: { service: login, "
         "path: auth, request_headers: [ Host, 'a b' ], answer_headers: [ X-Forwarded-For, X-User "
         "] } }\n",
         "2:71 routes[0].forward_auth.service: no service is called 'login'; services are "
         "described under 'services', one entry each\n2:84 routes[0].forward_auth.path: 'auth' "
         "does not begin with '/'; write '/auth'\n2:109 routes[0].forward_auth.request_headers[0]: "
         "'Host' cannot be copied: it was routed by; leave it out\n2:115 "
         "routes[0].forward_auth.request_headers[1]: 'a b' is no name of a header; use 1 to 256 "
         "letters, digits and hyphens\n2:142 routes[0].forward_auth.answer_headers[0]: "
         "'X-Forwarded-For' cannot be copied: it says who the client is, and only the proxy knows; "
         "leave it out\n"},
        {"services:\n  shop: { endpoints: [ '10.0.1.4:80' ] }\n  through: { endpoints: [ "
         "'10.0.1.4:443' ], passthrough: on }\nroutes:\n  - { host: shop.example.com, service: "
         "shop, forward_auth: { service: through } }\n",
         "5:71 routes[0].forward_auth.service: 'through' is passthrough, and cannot be asked; name "
         "a service that speaks HTTP to us\n"},
        {"services:\n  shop: { endpoints: [ '10.0.1.4:80' ] }\n  login: { endpoints: [ "
         "'10.0.1.4:81' ], protocol: h2c }\nroutes:\n  - { host: shop.example.com, service: shop, "
         "forward_auth: { service: login } }\n",
         ""},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(sandbox.lines_about(c.part), c.want) << c.part;
    }
}

}  // namespace
}  // namespace portcullis
