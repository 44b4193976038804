#include "proxy/fault.h"

#include <array>

namespace portcullis {
namespace {

struct Meaning {
    Fault fault;
    std::string_view name;
    Blame blame;
    Retry retry;
    int status;
    std::string_view sentence;
};

constexpr std::array<Meaning, kFaults> kMeanings{{
    {Fault::none, "none", Blame::nobody, Retry::never, 0, ""},
    {Fault::worker_full, "worker_full", Blame::us, Retry::never, 0, ""},
    {Fault::client_full, "client_full", Blame::client, Retry::never, 0, ""},
    {Fault::client_too_fast, "client_too_fast", Blame::client, Retry::never, 0, ""},
    {Fault::client_offended, "client_offended", Blame::client, Retry::never, 0, ""},
    {Fault::out_of_memory, "out_of_memory", Blame::us, Retry::never, 0, ""},
    {Fault::plain_http, "plain_http", Blame::client, Retry::never, 400,
     "This port speaks HTTPS only: the request came without TLS. Use https:// instead of http://."},
    {Fault::not_tls, "not_tls", Blame::client, Retry::never, 0, ""},
    {Fault::bad_proxy_header, "bad_proxy_header", Blame::client, Retry::never, 0, ""},
    {Fault::unknown_sni, "unknown_sni", Blame::client, Retry::never, 0, ""},
    {Fault::handshake_failed, "handshake_failed", Blame::client, Retry::never, 0, ""},
    {Fault::handshake_timeout, "handshake_timeout", Blame::client, Retry::never, 0, ""},
    {Fault::client_gone, "client_gone", Blame::client, Retry::never, 0, ""},
    {Fault::client_slow_header, "client_slow_header", Blame::client, Retry::never, 408,
     "The request's header did not arrive in time."},
    {Fault::client_slow_body, "client_slow_body", Blame::client, Retry::never, 408,
     "The request's body did not arrive in time."},
    {Fault::client_slow_reader, "client_slow_reader", Blame::client, Retry::never, 0, ""},
    {Fault::client_memory, "client_memory", Blame::client, Retry::never, 0, ""},
    {Fault::bad_request, "bad_request", Blame::client, Retry::never, 400,
     "The request is malformed."},
    {Fault::forbidden, "forbidden", Blame::client, Retry::never, 403,
     "This address may not be asked for from where you are."},
    {Fault::unauthorized, "unauthorized", Blame::client, Retry::never, 401,
     "A user's name and password are needed here."},
    {Fault::method_not_allowed, "method_not_allowed", Blame::client, Retry::never, 405,
     "This method is not allowed here."},
    {Fault::expectation_failed, "expectation_failed", Blame::client, Retry::never, 417,
     "The request expects something that this server cannot do."},
    {Fault::request_too_large, "request_too_large", Blame::client, Retry::never, 413,
     "The request's body is larger than what is taken here."},
    {Fault::too_many_requests, "too_many_requests", Blame::client, Retry::never, 429,
     "So many requests in so short a time are not answered."},
    {Fault::rate_limited, "rate_limited", Blame::client, Retry::never, 429,
     "So many requests in so short a time are not answered here."},
    {Fault::client_busy, "client_busy", Blame::client, Retry::never, 429,
     "Too many of your requests are under way. Please wait until some of them have ended."},
    {Fault::client_logins_busy, "client_logins_busy", Blame::client, Retry::never, 429,
     "Too many logins from your network are being checked. Please wait a moment and try again."},
    {Fault::circuit_share, "circuit_share", Blame::client, Retry::never, 429,
     "Too many of your requests to this service are under way. Please wait until some of them "
     "have ended."},
    {Fault::certificate_not_asked, "certificate_not_asked", Blame::client, Retry::never, 421,
     "This host needs a connection of its own: one on which it can ask for a certificate."},
    {Fault::certificate_missing, "certificate_missing", Blame::client, Retry::never, 403,
     "This address needs a client certificate."},
    {Fault::certificate_refused, "certificate_refused", Blame::client, Retry::never, 403,
     "The client certificate is not accepted here."},
    {Fault::no_route, "no_route", Blame::client, Retry::never, 421,
     "This host is not served here."},
    {Fault::no_path, "no_path", Blame::client, Retry::never, 404,
     "There is nothing at this address."},
    {Fault::no_endpoint, "no_endpoint", Blame::us, Retry::never, 503,
     "The service is not available at the moment."},
    {Fault::endpoint_moved, "endpoint_moved", Blame::us, Retry::never, 503,
     "The service is not available at the moment."},
    {Fault::endpoints_unverified, "endpoints_unverified", Blame::us, Retry::never, 503,
     "The service is not available at the moment."},
    {Fault::loop_detected, "loop_detected", Blame::us, Retry::never, 508,
     "The request was sent back to this server again and again."},
    {Fault::overloaded, "overloaded", Blame::us, Retry::never, 503,
     "There is too much to do at the moment."},
    {Fault::service_full, "service_full", Blame::us, Retry::never, 503,
     "The service has too much to do at the moment."},
    {Fault::maintenance, "maintenance", Blame::us, Retry::never, 503,
     "The service is being worked on, and will be back."},
    {Fault::passwords_busy, "passwords_busy", Blame::us, Retry::never, 503,
     "Too many people are logging in at the moment."},
    {Fault::auth_unavailable, "auth_unavailable", Blame::us, Retry::never, 503,
     "Whether you may do this could not be found out."},
    {Fault::shutdown_deadline, "shutdown_deadline", Blame::us, Retry::never, 0, ""},
    {Fault::stream_idle, "stream_idle", Blame::nobody, Retry::never, 0, ""},
    {Fault::tunnel_refused, "tunnel_refused", Blame::nobody, Retry::never, 502,
     "The service does not speak WebSocket at this address."},
    {Fault::origin_refused, "origin_refused", Blame::origin, Retry::never, 502,
     "The service could not be reached."},
    {Fault::origin_connect_timeout, "origin_connect_timeout", Blame::origin, Retry::never, 504,
     "The service could not be reached in time."},
    {Fault::origin_tls_failed, "origin_tls_failed", Blame::origin, Retry::never, 502,
     "The service could not be reached securely."},
    {Fault::origin_untrusted, "origin_untrusted", Blame::origin, Retry::never, 502,
     "The service could not be reached securely."},
    {Fault::origin_wrong_protocol, "origin_wrong_protocol", Blame::origin, Retry::never, 502,
     "The service could not be reached securely."},
    {Fault::origin_reset, "origin_reset", Blame::origin, Retry::if_reused, 502,
     "The service closed the connection without an answer."},
    {Fault::origin_timeout, "origin_timeout", Blame::origin, Retry::never, 504,
     "The service did not answer in time."},
    {Fault::origin_bad_answer, "origin_bad_answer", Blame::origin, Retry::never, 502,
     "The service gave an answer that cannot be passed on."},
    {Fault::origin_too_large, "origin_too_large", Blame::origin, Retry::never, 502,
     "The service gave an answer that is larger than what is passed on here."},
    {Fault::origin_cut_body, "origin_cut_body", Blame::origin, Retry::never, 0, ""},
    {Fault::origin_slow_body, "origin_slow_body", Blame::origin, Retry::never, 0, ""},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kMeanings.size(); ++i) {
        if (static_cast<std::size_t>(kMeanings[i].fault) != i) {
            return false;
        }
    }
    return true;
}

static_assert(in_order(), "one row for each fault, in the order of the enum");

constexpr const Meaning& meaning(Fault fault) {
    return kMeanings[static_cast<std::size_t>(fault)];
}

}  // namespace

std::string_view name(Fault fault) {
    return meaning(fault).name;
}

Blame blame(Fault fault) {
    return meaning(fault).blame;
}

Retry retry(Fault fault) {
    return meaning(fault).retry;
}

int status(Fault fault) {
    return meaning(fault).status;
}

std::string_view sentence(Fault fault) {
    return meaning(fault).sentence;
}

}  // namespace portcullis
