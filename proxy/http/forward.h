// What travels through the proxy in a message's fields, what ends here, and what the proxy says
// itself (RFC 9110, 7.6; RFC 7239). Framing fields and Host are the writer's (http1/writer.h).
#pragma once

#include "config/types/address.h"
#include "proxy/http/head.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::http {

// What is known about a client besides what it says.
struct ClientFacts {
    IpAddress address;
    bool trusted = false;         // one of our own proxies: what it says of its client is passed on
    std::string_view request_id;  // ours for this exchange
    // address.text(), kept by the connection so that it need not be rendered for each request;
    // empty: it is.
    std::string_view address_text = {};
};

// The id by which the exchange goes everywhere, the log and the answer included: a trusted client's
// X-Request-ID if it has one of 1 to 128 printable characters, else facts.request_id.
std::string_view request_id(const RequestHead& head, const ClientFacts& facts);

// Appends "name: value\r\n" for each field of the request that the origin gets, then X-Forwarded-*,
// Forwarded, Via and X-Request-ID. Without Host, Content-Length, Transfer-Encoding and Connection.
// upgrade: the Upgrade field goes along.
void append_request_fields(std::string& out, const RequestHead& head, const ClientFacts& facts,
                           bool upgrade);

// Appends each field of the answer that the client gets, then Via and X-Request-ID.
// Without Content-Length, Transfer-Encoding and Connection.
void append_response_fields(std::string& out, const ResponseHead& head, std::string_view request_id,
                            bool upgrade);

void append_field(std::string& out, std::string_view name, std::string_view value);

}  // namespace portcullis::http
