// What travels through the proxy in a message's fields, what ends here, and what the proxy says
// itself (RFC 9110, 7.6; RFC 7239). What belongs to one connection only is each protocol's.
#pragma once

#include "config/types/address.h"
#include "proxy/http/fields.h"
#include "proxy/http/head.h"
#include "proxy/http/message.h"

#include <span>
#include <string>
#include <string_view>

namespace portcullis::http {

// What an origin is told of the client's certificate, where its route asks for one.
struct CertificateFields {
    std::string_view verified;  // "yes"; "no": one was shown that is not believed; "none"
    // Of a verified one; else empty, and not told.
    std::string_view subject = {};
    std::string_view issuer = {};
    std::string_view serial = {};
    std::string_view fingerprint = {};
};

// What is known about a client besides what it says.
struct ClientFacts {
    IpAddress address;
    bool trusted = false;         // one of our own proxies: what it says of its client is passed on
    std::string_view request_id;  // ours for this exchange
    // address.text(), kept by the connection so that it need not be rendered for each request;
    // empty: it is.
    std::string_view address_text = {};
    const CertificateFields* certificate = nullptr;     // null where none is asked for
    std::span<const std::string> trusted_headers = {};  // the route's
};

// Whether a client's field is passed on as it was written. Not if it frames a message, ends at the
// next hop or is ours to say; and what an origin may believe without reason only where the route
// trusts it: in a plain spelling, and if it says who the client is from a proxy of ours.
bool passes(const Field& field, const ClientFacts& facts);

// The id by which the exchange goes everywhere, the log and the answer included: a trusted client's
// X-Request-ID if it has one of 1 to 128 printable characters, else facts.request_id.
std::string_view request_id(const RequestHead& head, const ClientFacts& facts);

// The request as its origin gets it, unless its route edits it: the fields that go through, then
// X-Forwarded-*, Forwarded, Via and X-Request-ID. path: what the origin is asked for in place of
// head.path, for it is told the path by which the request was judged; empty for "*". upgrade: the
// tunnel's protocol, or empty.
OutgoingRequest forward_request(FieldList& fields, const RequestHead& head, std::string_view path,
                                const ClientFacts& facts, const Body& body,
                                std::string_view upgrade);

// The answer as the client gets it, unless the route edits it: the fields that go through, then Via
// and X-Request-ID.
OutgoingAnswer forward_answer(FieldList& fields, const ResponseHead& head,
                              std::string_view request_id, const Body& body);

}  // namespace portcullis::http
