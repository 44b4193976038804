// The services of the model: endpoints, and how they are spoken to.
#pragma once

#include "config/file_model.h"
#include "config/types/address.h"
#include "config/types/duration.h"
#include "config/types/switch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace portcullis {

using namespace std::chrono_literals;

// https is HTTP/1.1 over TLS, h2 is HTTP/2 over TLS (by ALPN), h2c is HTTP/2 with prior knowledge.
enum class Protocol : std::uint8_t { http1, h2c, https, h2 };
enum class Balance : std::uint8_t { p2c, round_robin, least_requests };    // p2c: fewer requests of two picked at random
enum class ProxyProtocol : std::uint8_t { off, v1, v2 };

// How endpoints are met over TLS; for https and h2 only.
struct EndpointTls {
    AuthoritiesFile ca = {};                              // none: those that the system trusts
    std::string server_name = {};                         // SNI and the name verified; empty: no SNI, the certificate must name the address
    CertificateFile client = {};                          // what we show an endpoint that asks; both paths empty: nothing
    Switch verify = Switch::on;                           // off: anybody may answer in the endpoint's place
};

struct ServiceConfig {
    std::string name = {};
    std::vector<SocketAddress> endpoints = {};            // may be empty: requests then get 503
    Protocol protocol = Protocol::http1;
    Balance balance = Balance::p2c;
    Duration connect_timeout = 1s;                        // a task one network hop away answers in microseconds
    Duration response_timeout = 60s;                      // from the end of the request to the answer's head
    Duration idle_timeout = 30s;                          // an unused connection is closed; below common origin limits
    Duration connection_age_max = 1h;                     // then closed after its exchange, so that load spreads again
    std::size_t idle_connections_max = 128;               // kept for reuse, per worker and endpoint
    Switch passthrough = Switch::off;                     // on: TLS is not terminated; endpoints are picked by SNI
    ProxyProtocol proxy_protocol = ProxyProtocol::off;    // the header sent first; then no two clients share a connection
    EndpointTls tls = {};
};

}  // namespace portcullis
