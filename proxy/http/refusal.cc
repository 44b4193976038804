#include "proxy/http/refusal.h"

#include <array>
#include <cstddef>

namespace portcullis::http {
namespace {

struct Row {
    Refusal refusal;
    std::string_view name;
    int status;
    std::string_view sentence;
};

// In the order of the enum, so that a refusal is its row's index.
constexpr std::array kRows = {
    Row{Refusal::none, "none", 0, ""},
    Row{Refusal::bad_request_line, "bad_request_line", 400,
        "The request line is not a method, a target and a version with one space between them."},
    Row{Refusal::bad_method, "bad_method", 400,
        "The method is not a token of at most 32 bytes, or is not served here."},
    Row{Refusal::bad_target, "bad_target", 400, "The request target is malformed."},
    Row{Refusal::ambiguous_path, "ambiguous_path", 400,
        "The path can be read in more than one way, and the ways have different access rules."},
    Row{Refusal::bad_version, "bad_version", 505, "The version is neither HTTP/1.0 nor HTTP/1.1."},
    Row{Refusal::bad_status_line, "bad_status_line", 400, "The status line is malformed."},
    Row{Refusal::bare_cr, "bare_cr", 400, "A carriage return is not followed by a line feed."},
    Row{Refusal::bare_lf, "bare_lf", 400, "A line feed is not preceded by a carriage return."},
    Row{Refusal::obs_fold, "obs_fold", 400, "A header is continued on a second line."},
    Row{Refusal::space_before_colon, "space_before_colon", 400,
        "A header name is followed by whitespace before its colon."},
    Row{Refusal::bad_field_name, "bad_field_name", 400,
        "A header line does not begin with a name and a colon."},
    Row{Refusal::bad_field_value, "bad_field_value", 400,
        "A header value holds a control character."},
    Row{Refusal::request_line_too_long, "request_line_too_long", 414,
        "The request line is too long."},
    Row{Refusal::header_too_long, "header_too_long", 431, "The headers are too long."},
    Row{Refusal::too_many_fields, "too_many_fields", 431, "There are too many headers."},
    Row{Refusal::missing_host, "missing_host", 400, "The Host header is missing."},
    Row{Refusal::double_host, "double_host", 400, "There is more than one Host header."},
    Row{Refusal::bad_host, "bad_host", 400,
        "The Host header is not a host name or address with an optional port."},
    Row{Refusal::host_differs_from_target, "host_differs_from_target", 400,
        "The Host header names another host than the request target."},
    Row{Refusal::length_and_encoding, "length_and_encoding", 400,
        "Content-Length and Transfer-Encoding are both present."},
    Row{Refusal::bad_length, "bad_length", 400,
        "Content-Length is not one decimal number in range."},
    Row{Refusal::differing_lengths, "differing_lengths", 400,
        "Content-Length is present with differing values."},
    Row{Refusal::bad_transfer_encoding, "bad_transfer_encoding", 400,
        "Transfer-Encoding is not the single word chunked, or stands in an HTTP/1.0 message."},
    Row{Refusal::bad_chunk_size, "bad_chunk_size", 400,
        "A chunk size is not a hexadecimal number."},
    Row{Refusal::chunk_size_too_long, "chunk_size_too_long", 400, "A chunk size is out of range."},
    Row{Refusal::bad_chunk_extension, "bad_chunk_extension", 400,
        "A chunk extension is malformed or too long."},
    Row{Refusal::bad_chunk_end, "bad_chunk_end", 400, "A chunk does not end where its size says."},
    Row{Refusal::trailer_too_long, "trailer_too_long", 431,
        "The trailers are too long or too many."},
    Row{Refusal::bad_trailer, "bad_trailer", 400, "A trailer is malformed."},
    Row{Refusal::bad_pseudo_header, "bad_pseudo_header", 400,
        "A pseudo-header is missing, unknown, doubled or out of place."},
    Row{Refusal::connection_field, "connection_field", 400,
        "A header that belongs to connections of HTTP/1 stands in HTTP/2."},
    Row{Refusal::body_length_differs, "body_length_differs", 400,
        "The body is not as long as Content-Length says."},
    Row{Refusal::tunnel_with_length, "tunnel_with_length", 400,
        "A request for a WebSocket announces the length of a body, which it cannot have."},
    Row{Refusal::tunnel_not_served, "tunnel_not_served", 501, "WebSockets are not served here."},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].refusal) != i) {
            return false;
        }
    }
    return kRows.size() == kRefusals;
}

static_assert(in_order());

const Row& row(Refusal refusal) {
    return kRows[static_cast<std::size_t>(refusal)];
}

}  // namespace

std::string_view name(Refusal refusal) {
    return row(refusal).name;
}

std::string_view sentence(Refusal refusal) {
    return row(refusal).sentence;
}

int status(Refusal refusal) {
    return row(refusal).status;
}

}  // namespace portcullis::http
