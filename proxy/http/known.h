// The fields that the proxy itself acts on, recognised by name.
#pragma once

#include <cstdint>
#include <string_view>

namespace portcullis::http {

enum class Known : std::uint8_t {
    other,
    host,
    content_length,
    transfer_encoding,
    connection,
    keep_alive,
    te,
    upgrade,
    proxy,  // Proxy-*, and the Proxy that CGI origins take for the environment's HTTP_PROXY
    forwarded,
    x_forwarded_for,
    x_forwarded_proto,
    x_forwarded_host,
    x_forwarded_port,
    x_forwarded_other,
    via,
    x_request_id,
    x_client_certificate,  // X-Client-Certificate-*: only we say who the client is
    believed_request,      // Believed::request and Believed::client: removed unless the route's
    believed_client,       // trusted_headers names them
};

struct KnownName {
    Known field = Known::other;
    // Written with another character than letters, digits and hyphens: another field to HTTP, but
    // the same one to origins that have one separator only (same_folded()).
    bool disguised = false;
};

KnownName known(std::string_view name);

// Whether a trailer section may carry the field: nothing of framing, routing, authentication,
// request modifiers, response control or content format (RFC 9110, 6.5.1).
bool may_be_trailer(std::string_view name);

}  // namespace portcullis::http
