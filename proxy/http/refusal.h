// Why a message is refused before it is acted on. Each cause has a name for logs and tests, a
// sentence for the client, and a status; the strictness behind them is RFC 9112's, without its
// tolerances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis::http {

enum class Refusal : std::uint8_t {
    none,
    bad_request_line,  // not METHOD SP target SP HTTP/1.x CRLF
    bad_method,
    bad_target,
    ambiguous_path,  // an origin may read another path, which has other access rules
    bad_version,     // not HTTP/1.0 or HTTP/1.1: 505
    bad_status_line,
    bare_cr,
    bare_lf,
    obs_fold,
    space_before_colon,
    bad_field_name,
    bad_field_value,
    request_line_too_long,  // 414
    header_too_long,        // 431
    too_many_fields,        // 431
    missing_host,
    double_host,
    bad_host,
    host_differs_from_target,
    length_and_encoding,
    bad_length,
    differing_lengths,
    bad_transfer_encoding,  // anything but a single "chunked", or any in HTTP/1.0
    bad_chunk_size,
    chunk_size_too_long,
    bad_chunk_extension,
    bad_chunk_end,
    trailer_too_long,
    bad_trailer,
    bad_pseudo_header,    // HTTP/2: missing, unknown, doubled or out of place
    connection_field,     // HTTP/2: one that HTTP/1 has for a connection
    body_length_differs,  // HTTP/2: from Content-Length
    tunnel_with_length,   // HTTP/2: :protocol beside Content-Length, although a tunnel has no body
    tunnel_not_served,    // HTTP/2: :protocol where the service takes no WebSocket: 501
};
constexpr std::size_t kRefusals = static_cast<std::size_t>(Refusal::tunnel_not_served) + 1;

std::string_view name(Refusal);      // "space_before_colon"
std::string_view sentence(Refusal);  // "A header name is followed by whitespace before its colon."
int status(Refusal);                 // 400, 414, 431, 501 or 505; 0 for none

}  // namespace portcullis::http
