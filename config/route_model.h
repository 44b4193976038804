// The routes of the model: which requests, who may make them, what is changed in them.
// The checks of a request are made in this order: client certificate, deny and allow, maintenance,
// redirect, size, rate, basic authentication, forward authentication.
#pragma once

#include "config/file_model.h"
#include "config/types/byte_size.h"
#include "config/types/cidr.h"
#include "config/types/duration.h"
#include "config/types/hostname.h"
#include "config/types/switch.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace portcullis {

using namespace std::chrono_literals;

enum class ClientCertificate : std::uint8_t { none, optional, required };

struct BasicAuth {
    UsersFile users = {};
    std::string realm = "restricted";  // what the browser shows; printable, without quotes

    bool operator==(const BasicAuth&) const = default;
};

inline std::vector<std::string> usual_credentials() {
    return {"Authorization", "Cookie"};
}

// A service is asked about every request: 2xx lets it pass, its other answers go to the client.
struct ForwardAuth {
    std::string service = {};
    std::string path = "/";  // asked for with GET
    std::vector<std::string> request_headers =
        usual_credentials();  // of the client's request, which it is shown
    std::vector<std::string> answer_headers =
        {};                 // of its answer, set in the request; what the client sent is removed
    Duration timeout = 2s;  // then 503: closed, never open

    bool operator==(const ForwardAuth&) const = default;
};

enum class RedirectStatus : std::uint16_t {
    moved_permanently = 301,
    found = 302,
    see_other = 303,
    temporary = 307,
    permanent = 308,
};

struct Redirect {
    std::string to = {};  // https://... or /...; {host}, {path} and {query} of the request
    RedirectStatus status =
        RedirectStatus::temporary;  // keeps the method, and browsers do not remember it

    bool operator==(const Redirect&) const = default;
};

struct HeaderField {
    std::string name;
    std::string value;

    bool operator==(const HeaderField&) const = default;
};

struct HeaderEdits {
    std::vector<HeaderField> set = {};     // in place of every field of this name
    std::vector<std::string> remove = {};  // done before set

    bool operator==(const HeaderEdits&) const = default;
};

// Strict-Transport-Security. Two years for this host alone: a host cannot know whether every
// subdomain has HTTPS, and an entry in a browser's preload list takes months to be removed. The
// operator asks for either.
struct Hsts {
    Duration max_age = 24h * 730;
    Switch include_subdomains = Switch::off;
    Switch preload = Switch::off;

    bool operator==(const Hsts&) const = default;
};

struct Maintenance {
    PageFile page = {};            // none: a page of our own
    std::vector<Cidr> allow = {};  // who is served nonetheless
    Duration retry_after = 5min;

    bool operator==(const Maintenance&) const = default;
};

struct ErrorPage {
    std::string status;  // "404", or "4xx" and "5xx" for what has no page of its own
    PageFile page;

    bool operator==(const ErrorPage&) const = default;
};

// What a failed attempt is repeated for. Before anything of it reached the origin (connect) any
// request is; otherwise only one that is idempotent and whose body we still hold.
enum class RetryOn : std::uint8_t {
    connect,
    reset,
    timeout,
    bad_gateway,
    unavailable,
    gateway_timeout
};

struct RetryConfig {
    std::size_t attempts = 1;  // besides the first one
    std::vector<RetryOn> when = {RetryOn::connect,
                                 RetryOn::reset};  // an endpoint that dies fails nobody
    std::optional<Duration> try_timeout =
        {};  // of a try that another one may follow; the last has the response timeout

    bool operator==(const RetryConfig&) const = default;
};

// Whose requests are counted together.
enum class LimitedBy : std::uint8_t {
    client,
    header,
    route
};  // client: an IPv4 address or IPv6 /64

// More requests than this get 429. What is said with every answer: RateLimit and RateLimit-Policy.
struct RateLimit {
    std::size_t requests = 0;
    Duration per = 1s;
    std::size_t burst = 0;  // at once, after a pause; 0 ("auto"): as many as requests
    LimitedBy by = LimitedBy::client;
    std::string header = {};  // by: header; a request without it is its client's
    std::size_t keys_per_client =
        100;  // values of the header; with more a client's requests are counted as its own

    bool operator==(const RateLimit&) const = default;
};

// Where there is none, that of the service or of the configuration holds.
struct RouteTimeouts {
    std::optional<Duration> response = {};  // services.*.response_timeout
    std::optional<Duration> body = {};      // timeouts.body
    std::optional<Duration> tunnel = {};    // timeouts.tunnel

    bool operator==(const RouteTimeouts&) const = default;
};

// 0.0.0.0/0 and ::/0.
inline std::vector<Cidr> everyone() {
    return {{IpAddress::v4(0), 0}, {IpAddress{}, 0}};
}

struct RouteConfig {
    HostPattern host = {};
    std::string path = "/";    // a prefix by whole segments: /api matches /api and /api/x
    std::string service = {};  // may be empty with redirect or maintenance
    ClientCertificate client_certificate = ClientCertificate::none;
    AuthoritiesFile client_ca = {};        // none: tls.client_ca
    RevocationsFile client_crl = {};       // none: tls.client_crl
    std::vector<Cidr> allow = everyone();  // others get 403
    std::vector<Cidr> deny = {};           // get 403 even if they are in allow
    Switch trace = Switch::off;            // on: TRACE reaches the service; off: 405
    std::optional<RateLimit> rate_limit = {};
    std::optional<BasicAuth> basic_auth = {};
    std::optional<ForwardAuth> forward_auth = {};
    Switch strip_prefix = Switch::off;  // on: the origin sees what follows path
    std::string rewrite = {};  // what the origin sees in place of path; empty ("off"): path
    std::optional<Redirect> redirect = {};
    // Of the headers that are removed by default because services may believe them (http::Known),
    // those that pass here.
    std::vector<std::string> trusted_headers = {};
    HeaderEdits request_headers = {};
    HeaderEdits answer_headers = {};
    std::optional<Hsts> hsts = Hsts{};  // an origin's own header wins
    std::optional<Maintenance> maintenance = {};
    std::vector<ErrorPage> error_pages =
        {};  // for answers of our own; before those of the configuration
    std::optional<ByteSize> request_body_max = {};  // more: 413
    std::optional<ByteSize> answer_body_max = {};   // more: 502, or cut once it has begun
    RetryConfig retry = {};
    RouteTimeouts timeouts = {};

    bool operator==(const RouteConfig&) const = default;
};

}  // namespace portcullis
