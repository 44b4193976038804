#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

TEST(ValidateEdits, SaysWhatCannotBeChanged) {
    const Sandbox sandbox;

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {"routes:\n  - { host: shop.example.com, service: shop, strip_prefix: on }\n",
         "2:60 routes[0].strip_prefix: has no effect: the path '/' is nothing to strip; give the "
         "route a 'path', or remove it\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, path: /a, rewrite: /b, "
         "strip_prefix: on }\n",
         "2:83 routes[0].strip_prefix: 'rewrite' replaces the same prefix; keep one of them\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, path: /a, rewrite: '/b/../c' }\n",
         "2:65 routes[0].rewrite: '/b/../c' never matches, because requests are normalised first; "
         "write '/c'\n"},
        {"routes:\n  - { host: shop.example.com, redirect: { to: 'https://{host}{path}' } }\n",
         "2:47 routes[0].redirect.to: 'https://{host}{path}' leads back here, for ever; name "
         "another host, or change the path\n?4:13 services.shop: no route leads to this service; "
         "add a route, or remove it\n"},
        {"routes:\n  - { host: shop.example.com, redirect: { to: "
         "'https://shop.example.com{path}{query}' } }\n",
         "2:47 routes[0].redirect.to: 'https://shop.example.com{path}{query}' leads back here, for "
         "ever; name another host, or change the path\n?4:13 services.shop: no route leads to this "
         "service; add a route, or remove it\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, redirect: { to: '//evil.example' "
         "}, rewrite: /x }\n",
         "2:40 routes[0].service: has no effect, because every request here is redirected; remove "
         "it, or the redirect\n2:62 routes[0].redirect.to: '//evil.example' leads nowhere; write "
         "https://HOST/PATH, or /PATH for the same host\n2:91 routes[0].rewrite: has no effect, "
         "because every request here is redirected; remove it, or the redirect\n"},
        {"routes:\n  - { host: shop.example.com, redirect: { to: /x, status: 304 }, path: /y }\n",
         "2:59 routes[0].redirect.status: '304' is not a choice here; write 301, 302, 303, 307 or "
         "308\n?4:13 services.shop: no route leads to this service; add a route, or remove it\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, request_headers: { set: { "
         "Content-Length: 5, X-A: 1, x-a: 2, X-B: \"a\\nb\" }, remove: [ x_forwarded_for, Cookie ] "
         "} }\n",
         "2:72 routes[0].request_headers.set.Content-Length: 'Content-Length' is not a route's to "
         "change: it frames the message; leave it out\n2:99 routes[0].request_headers.set.x-a: "
         "'x-a' is there twice: letter case does not count; keep one of them\n2:107 "
         "routes[0].request_headers.set.X-B: 'a?b' has a control character; a header's value is "
         "one printable line\n2:132 routes[0].request_headers.remove[0]: 'x_forwarded_for' is not "
         "a route's to change: it says who the client is, and only the proxy knows; leave it "
         "out\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, answer_headers: { set: { Server: "
         "us }, remove: [ Connection, 'a:b' ] } }\n",
         "2:95 routes[0].answer_headers.remove[0]: 'Connection' is not a route's to change: it "
         "concerns one connection only; leave it out\n2:107 routes[0].answer_headers.remove[1]: "
         "'a:b' is no name of a header; use 1 to 256 letters, digits and hyphens\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, request_headers: { set: { host: "
         "inner.example:8080 } } }\n",
         ""},
        {"routes:\n  - { host: shop.example.com, service: shop, request_headers: { set: { Host: "
         "'a b' }, remove: [ Host ] }, answer_headers: { set: { Host: a } } }\n",
         "2:72 routes[0].request_headers.set.Host: 'a b' is no host; write NAME or NAME:PORT\n2:97 "
         "routes[0].request_headers.remove[0]: 'Host' is not a route's to change: it was routed "
         "by; "
         "leave it out\n2:132 routes[0].answer_headers.set.Host: 'Host' is not a route's to "
         "change: "
         "it was routed by; leave it out\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, hsts: { max_age: 30d, "
         "include_subdomains: off, preload: on } }\n",
         "2:63 routes[0].hsts.max_age: the preload lists ask for one year at least; write '365d' "
         "or more, or 'preload: off'\n2:88 routes[0].hsts.include_subdomains: the preload lists "
         "ask for all subdomains; write 'on', or 'preload: off'\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, hsts: { max_age: 30d, "
         "include_subdomains: on } }\n",
         ""},
        {"routes:\n  - { host: shop.example.com, service: shop, hsts:  }\n",
         "2:53 routes[0].hsts: nothing where a mapping belongs; write 'off', or its options\n"},
        {"routes:\n  - { host: shop.example.com, maintenance: { allow: [ 10.0.0.0/8 ] } }\n",
         "2:53 routes[0].maintenance.allow: there is no service that these could be served by; add "
         "'service: ...' to the route, or remove it\n?4:13 services.shop: no route leads to this "
         "service; add a route, or remove it\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, error_pages: { '200': a.html } }\n",
         "2:61 routes[0].error_pages.200: cannot open a.html: No such file or directory; relative "
         "paths start at the configuration's folder\n2:61 routes[0].error_pages.200: '200' is no "
         "status of an error; write one as \"404\", or all of a kind as 4xx or 5xx\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, timeouts: { response: 1ms, body: "
         "5m }, retry: { attempts: 6, when: [ always ] }, request_body_max: 10 }\n",
         "2:68 routes[0].timeouts.response: '1ms' is too little; write 100ms to 1d: the client "
         "waits meanwhile\n2:104 routes[0].retry.attempts: '6' is too much; write 0 to 5: every "
         "attempt is load for a service that is in trouble\n2:115 routes[0].retry.when[0]: "
         "'always' is not a choice here; write connect, reset, timeout, 502, 503 or 504\n2:145 "
         "routes[0].request_body_max: '10' has no unit; write 10B, or use KiB, MiB or GiB\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, retry: { try_timeout: 1s } }\n",
         "2:68 routes[0].retry.try_timeout: has no effect: no try follows one that took too long; "
         "add timeout to 'when', or remove it\n"},
        {"routes:\n  - { host: shop.example.com, service: shop, retry: { when: [ timeout ], "
         "try_timeout: 1s } }\n",
         ""},
    };

    for (const auto& c : cases) {
        EXPECT_EQ(sandbox.lines_about(c.part), c.want) << c.part;
    }
}

}  // namespace
}  // namespace portcullis
