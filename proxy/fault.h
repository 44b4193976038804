// Everything that can go wrong between accept and the last byte, as one value. What follows from a
// fault (who is to blame, what the client is told, whether another try is allowed) is a function of
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis {

enum class Fault : std::uint8_t {
    none,
    // before HTTP
    worker_full,       // limits.connections_per_worker
    client_full,       // limits.connections_per_client
    client_too_fast,   // limits.connections_per_second
    client_offended,   // limits.offences_per_minute
    out_of_memory,     // limits.memory
    plain_http,        // a request without TLS
    not_tls,           // neither TLS nor HTTP
    bad_proxy_header,  // from a proxy that must send one
    unknown_sni,       // no certificate for the name asked for
    handshake_failed,
    handshake_timeout,
    // the client's side of an exchange
    client_gone,            // closed or reset before the exchange was over
    client_slow_header,     // timeouts.header
    client_slow_body,       // timeouts.body while its body was awaited
    client_slow_reader,     // timeouts.body while it should have read
    client_memory,          // limits.client_memory or connection_memory: it reads too little
    bad_request,            // http::Refusal says which
    forbidden,              // its address is not admitted by the route
    unauthorized,           // no user of the route, or another password
    method_not_allowed,     // TRACE, where routes[].trace is off
    expectation_failed,     // Expect names something else than 100-continue
    request_too_large,      // routes[].request_body_max
    too_many_requests,      // limits.requests_per_second
    rate_limited,           // routes[].rate_limit
    client_busy,            // limits.requests_per_client
    client_logins_busy,     // too many of its passwords wait to be hashed (access::Hashing)
    circuit_share,          // services.*.circuit.client_share
    certificate_not_asked,  // of the client, on this connection; another one may do
    certificate_missing,    // the route requires a client certificate, and none was shown
    certificate_refused,    // the one shown is not the route's authorities', revoked or expired
    // ours
    no_route,  // the host is not served here
    no_path,   // the host is, the path is not
    no_endpoint,
    endpoint_moved,        // the address of each that was met is another task's now
    endpoints_unverified,  // neither snapshot nor resolver says whose the endpoints' addresses are
    loop_detected,         // the request has passed this process too often
    overloaded,            // limits.memory
    service_full,          // services.*.circuit
    maintenance,           // routes[].maintenance
    passwords_busy,        // too many wait to be hashed (access::Hashing)
    auth_unavailable,      // the service of routes[].forward_auth gave no answer in time
    shutdown_deadline,
    stream_idle,     // timeouts.tunnel on an event stream or a gRPC stream: nobody's fault
    tunnel_refused,  // the origin took the request for a WebSocket for another one, and answered
                     // that
    // the origin's side
    origin_refused,  // connect failed
    origin_connect_timeout,
    origin_tls_failed,      // the TLS handshake failed, or was refused
    origin_untrusted,       // its certificate is not one we believe, or not for this name
    origin_wrong_protocol,  // it agreed to another protocol than the service's
    origin_reset,           // closed or reset before the answer's head was complete
    origin_timeout,         // service.response_timeout
    origin_bad_answer,      // not HTTP, or a body that cannot be framed
    origin_too_large,       // routes[].answer_body_max
    origin_cut_body,        // closed or reset inside the answer's body
    origin_slow_body,       // timeouts.body inside the answer's body
};
constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::origin_slow_body) + 1;

enum class Blame : std::uint8_t { nobody, client, us, origin };

// When the request may be sent once more, on a fresh connection.
enum class Retry : std::uint8_t { never, if_reused };

std::string_view name(Fault);  // "origin_refused": the log's and the counters' word
Blame blame(Fault);
Retry retry(Fault);
int status(Fault);  // what the client is told; 0: close without a word
std::string_view sentence(
    Fault);  // the same for a person, without internals; empty when status is 0

}  // namespace portcullis
