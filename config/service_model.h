// The services of the model: endpoints, and how they are spoken to.
#pragma once

#include "config/file_model.h"
#include "config/types/address.h"
#include "config/types/duration.h"
#include "config/types/switch.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace portcullis {

using namespace std::chrono_literals;

// https is HTTP/1.1 over TLS, h2 is HTTP/2 over TLS (by ALPN), h2c is HTTP/2 with prior knowledge.
enum class Protocol : std::uint8_t { http1, h2c, https, h2 };
// p2c: fewer requests of two picked at random; ewma: of two, where they take less time; hash: the
// same for the same key.
enum class Balance : std::uint8_t { p2c, round_robin, least_requests, ewma, hash };
enum class HashBy : std::uint8_t { client, header, cookie };
enum class CheckKind : std::uint8_t { http, tcp, grpc };  // grpc: grpc.health.v1
enum class SameSite : std::uint8_t { lax, strict, none };
// lenient: what a strict recipient refuses in a response of HTTP/1, and an old origin may send, is
// repaired.
enum class ResponseParsing : std::uint8_t { strict, lenient };
// as_written: for origins that sign the path, such as S3. The route is found by the normal form all
// the same.
enum class PathForm : std::uint8_t { normalised, as_written };
enum class ProxyProtocol : std::uint8_t { off, v1, v2 };

struct EndpointConfig {
    SocketAddress address = {};
    std::size_t weight = 1;  // its share of the requests, in proportion to the others'
    bool leaving = false;    // no option: a task that ends, and that nobody has replaced yet
    // No option: the id of the swarm task that has the address; empty for an endpoint of the file.
    // A new task at an old address is another endpoint.
    std::string task = {};

    bool operator==(const EndpointConfig&) const = default;
};

// For balance: hash. A request without the header or cookie is balanced as by p2c.
struct HashConfig {
    HashBy by = HashBy::client;  // client: its address
    std::string name = {};       // of the header or cookie; empty ("off") for client
    std::size_t load_max =
        125;  // percent of an endpoint's fair share of what is under way; beyond it the next one

    bool operator==(const HashConfig&) const = default;
};

// A client comes back to the endpoint that a cookie names, as long as that may be picked.
struct StickyConfig {
    std::string cookie = {};             // its name; empty ("auto"): __Host-sticky-SERVICE
    SameSite same_site = SameSite::lax;  // as browsers do it by default

    bool operator==(const StickyConfig&) const = default;
};

// How many requests may be sent once more because of a route's retry, over the last ten seconds.
struct RetryBudgetConfig {
    std::size_t share =
        20;  // percent of the requests: more would be the load that keeps a service down
    std::size_t least = 3;  // per second and worker, so that few requests may be repeated, too

    bool operator==(const RetryBudgetConfig&) const = default;
};

// What a service may take of each worker, over all endpoints; more is refused with 503.
struct CircuitConfig {
    std::size_t requests_max = 10'000;     // under way; a worker's connections fit in
    std::size_t connections_max = 10'000;  // idle ones included, which make room
    std::size_t pending_max = 5'000;       // requests that wait for a connection to be made
    std::size_t client_share =
        10;  // percent of requests_max that one client may have; its further requests get 429

    bool operator==(const CircuitConfig&) const = default;
};

// Active checks, made by each worker. An endpoint is down until one has passed.
struct HealthConfig {
    CheckKind kind = CheckKind::http;
    std::string path = "/";     // asked for with GET; 200 to 399 is healthy
    std::string host = {};      // that is asked for; empty ("auto"): the endpoint's address
    std::string service = {};   // that gRPC is asked about; empty ("off"): the server as a whole
    Duration interval = 2s;     // a dead endpoint gets requests for 6 s at most
    Duration timeout = 500ms;   // of one check, connecting included
    std::size_t healthy = 1;    // checks in a row that bring an endpoint back
    std::size_t unhealthy = 3;  // ... and take it out: one lost packet does not

    bool operator==(const HealthConfig&) const = default;
};

// Requests that wait while no endpoint may be picked.
struct ParkingConfig {
    Duration time = 5s;  // a task that replaces another one is there within it, on a busy node too
    std::size_t requests_max = 1'000;  // per worker; more get 503 at once

    bool operator==(const ParkingConfig&) const = default;
};

// When an endpoint is left out for a while because of how it does at what it is asked.
struct EjectionConfig {
    std::size_t consecutive_faults =
        5;                        // no connection, or no answer that can be used; 0: never for that
    std::size_t success_min = 0;  // percent of an interval's tries without fault or 5xx; 0: never
                                  // for that, for 5xx may be the request's
    std::size_t latency_max =
        0;  // percent of the median of the others; 0: never for that, for endpoints may differ
    std::size_t requests_min = 20;  // in an interval; fewer say nothing
    Duration interval = 10s;
    Duration time = 30s;  // the first time; the second time twice as long, and so on
    Duration time_max = 5min;
    std::size_t share_max =
        50;  // percent of the endpoints that may be out at once: the others must bear the load

    bool operator==(const EjectionConfig&) const = default;
};

// How endpoints are met over TLS; for https and h2 only.
struct EndpointTls {
    AuthoritiesFile ca = {};  // none: those that the system trusts
    std::string server_name =
        {};  // SNI and the name verified; empty: no SNI, the certificate must name the address
    CertificateFile client = {};  // what we show an endpoint that asks; both paths empty: nothing
    Switch verify = Switch::on;   // off: anybody may answer in the endpoint's place

    bool operator==(const EndpointTls&) const = default;
};

struct ServiceConfig {
    std::string name = {};
    std::vector<EndpointConfig> endpoints = {};  // may be empty: requests then get 503
    std::string swarm =
        {};  // a Docker Swarm service whose tasks are the endpoints; empty ("off"): none
    std::size_t port = 0;  // that its tasks listen on; 0 ("off"): none is needed
    Protocol protocol = Protocol::http1;
    ResponseParsing response_parsing =
        ResponseParsing::strict;  // requests are always parsed strictly
    PathForm path =
        PathForm::normalised;  // that the endpoints get: the form that the route was found by
    // The protocols that a request may leave HTTP/1.1 for, each a tunnel whose bytes nobody judges.
    std::vector<std::string> upgrade = std::vector<std::string>(1, "websocket");
    Balance balance = Balance::p2c;
    HashConfig hash = {};
    std::optional<StickyConfig> sticky = {};
    Duration connect_timeout = 1s;     // a task one network hop away answers in microseconds
    Duration response_timeout = 60s;   // from the end of the request to the answer's head
    Duration idle_timeout = 30s;       // an unused connection is closed; below common origin limits
    Duration connection_age_max = 1h;  // then closed after its exchange, so that load spreads again
    std::size_t idle_connections_max = 128;  // kept for reuse, per worker and endpoint
    Switch passthrough = Switch::off;  // on: TLS is not terminated; endpoints are picked by SNI
    ProxyProtocol proxy_protocol =
        ProxyProtocol::off;  // the header sent first; then no two clients share a connection
    EndpointTls tls = {};
    RetryBudgetConfig retry_budget = {};
    CircuitConfig circuit = {};
    std::optional<HealthConfig> health = {};  // none: every endpoint is up
    ParkingConfig parking = {};
    std::optional<EjectionConfig> ejection = EjectionConfig{};
    Duration slow_start = 0s;  // an endpoint that comes (back) has its whole weight after it

    bool operator==(const ServiceConfig&) const = default;
};

}  // namespace portcullis
