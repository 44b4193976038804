#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

TEST(ValidateRoutes, SaysWhichRoutesLeadNowhere) {
    const Sandbox sandbox;

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {"routes: [ { host: shop.example.com } ]\n",
         "1:11 routes[0].service: the key is missing; add 'service: ...', or 'redirect' or "
         "'maintenance'\n?3:13 services.shop: no route leads to this service; add a route, or "
         "remove it\n"},
        {"routes: [ { host: shop.example.com, redirect: { to: /login }, path: /x }, { host: "
         "shop.example.com, path: /y, maintenance: {} } ]\n",
         "?3:13 services.shop: no route leads to this service; add a route, or remove it\n"},
        {"routes: [ { host: shop.example.com, service: shpo } ]\n",
         "1:46 routes[0].service: no service is called 'shpo'; did you mean 'shop'?\n?3:13 "
         "services.shop: no route leads to this service; add a route, or remove it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:443' ], passthrough: on } }\nroutes: [ { "
         "host: other.example.com, service: shop } ]\n",
         ""},
        {"services: { shop: { endpoints: [ '10.0.1.4:443' ], passthrough: on } }\nroutes: [ { "
         "host: shop.example.com, path: /x, service: shop, allow: [ 10.0.0.0/8 ], hsts: off } ]\n",
         "2:43 routes[0].path: service 'shop' is passthrough: no path is seen inside its TLS; "
         "write '/', or end its TLS here by 'passthrough: off'\n2:91 routes[0].hsts: service "
         "'shop' is "
         "passthrough: no request is seen inside its TLS; remove it, or end the service's TLS here "
         "by 'passthrough: off'\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:443' ], passthrough: on }, own: { endpoints: "
         "[ '10.0.1.4:80' ] } }\nroutes: [ { host: shop.example.com, service: shop }, { host: "
         "shop.example.com, path: /x, service: own } ]\n",
         "2:54 routes[1]: never reached: routes[0] passes everything for 'shop.example.com' "
         "through; remove one of them, or give it another host\n"},
        {"routes: [ { host: shop.example.com, path: /admin/*, service: shop } ]\n",
         "1:43 routes[0].path: '/admin/*' is written as a pattern, but a path is a prefix by whole "
         "segments and is compared letter by letter; write '/admin', which covers everything below "
         "it\n"},
        {"services: { shop: { endpoints: [ '10.0.1.4:80' ], path: as_written } }\nroutes: [ { "
         "host: "
         "shop.example.com, path: /x, service: shop, strip_prefix: on }, { host: shop.example.com, "
         "path: /y, service: shop, rewrite: /z } ]\n",
         "2:76 routes[0].strip_prefix: service 'shop' gets paths as they were written; remove it, "
         "or the service's 'path'\n2:142 routes[1].rewrite: service 'shop' gets paths as they were "
         "written; remove it, or the service's 'path'\n"},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(sandbox.lines_about(c.part), c.want) << c.part;
    }
}

}  // namespace
}  // namespace portcullis
