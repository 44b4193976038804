#include "proxy/http/known.h"

#include "config/types/field.h"
#include "proxy/http/characters.h"

#include <algorithm>
#include <array>

namespace portcullis::http {
namespace {

constexpr std::string_view kXForwarded = "x-forwarded-";
constexpr std::string_view kXClientCertificate = "x-client-certificate-";
constexpr std::string_view kProxy = "proxy-";

Known believed(std::string_view name) {
    switch (believed_field(name)) {
        case Believed::request:
            return Known::believed_request;
        case Believed::client:
            return Known::believed_client;
        case Believed::no:
            break;
    }
    return Known::other;
}

Known either(std::string_view name, std::string_view known, Known field) {
    return same_folded(name, known) ? field : Known::other;
}

// A field of ours, or one of those that believed_field() knows.
Known one_of(std::string_view name, std::string_view known, Known field) {
    return same_folded(name, known) ? field : believed(name);
}

Known x_forwarded(std::string_view suffix) {
    if (same_folded(suffix, "for")) {
        return Known::x_forwarded_for;
    }
    if (same_folded(suffix, "proto")) {
        return Known::x_forwarded_proto;
    }
    if (same_folded(suffix, "host")) {
        return Known::x_forwarded_host;
    }
    return same_folded(suffix, "port") ? Known::x_forwarded_port : Known::x_forwarded_other;
}

// By the first letter, since almost every field is none of these.
Known classify(std::string_view name) {
    switch (name.empty() ? '\0' : lower(name.front())) {
        case 'c':
            return name.size() == 10 ? either(name, "connection", Known::connection)
                                     : one_of(name, "content-length", Known::content_length);
        case 'f':
            return either(name, "forwarded", Known::forwarded);
        case 'h':
            // HTTP2-Settings goes with "Upgrade: h2c" (RFC 7540, 3.2.1), which is never passed on.
            return same_folded(name, "http2-settings") ? Known::upgrade
                                                       : either(name, "host", Known::host);
        case 'k':
            return either(name, "keep-alive", Known::keep_alive);
        case 'p':
            return same_folded(name, "proxy") || same_folded(name.substr(0, kProxy.size()), kProxy)
                       ? Known::proxy
                       : Known::other;
        case 's':
            return believed(name);
        case 't':
            return name.size() == 2 ? either(name, "te", Known::te)
                                    : one_of(name, "transfer-encoding", Known::transfer_encoding);
        case 'u':
            return either(name, "upgrade", Known::upgrade);
        case 'v':
            return either(name, "via", Known::via);
        case 'x':
            if (same_folded(name.substr(0, kXForwarded.size()), kXForwarded)) {
                return x_forwarded(name.substr(kXForwarded.size()));
            }
            if (same_folded(name.substr(0, kXClientCertificate.size()), kXClientCertificate)) {
                return Known::x_client_certificate;
            }
            // Not ours to write, but origins set up behind nginx believe it as they do
            // X-Forwarded-For.
            return same_folded(name, "x-real-ip")
                       ? Known::x_forwarded_other
                       : one_of(name, "x-request-id", Known::x_request_id);
        default:
            return Known::other;
    }
}

constexpr std::array<std::string_view, 38> kNeverTrailers = {
    "accept-encoding",
    "age",
    "authorization",
    "cache-control",
    "content-encoding",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "location",
    "max-forwards",
    "pragma",
    "range",
    "retry-after",
    "set-cookie",
    "trailer",
    "vary",
    "warning",
    "www-authenticate",
    "accept",
    "accept-charset",
    "accept-language",
    "authentication-info",
    "content-language",
    "content-location",
    "last-modified",
    "origin",
    "referer",
    "server",
    "strict-transport-security",
    "x-real-ip",
};

}  // namespace

KnownName known(std::string_view name) {
    const Known field = classify(name);
    const auto unusual = [](char c) { return c != '-' && folded(c) == '-'; };
    return {field, field != Known::other && std::any_of(name.begin(), name.end(), unusual)};
}

bool may_be_trailer(std::string_view name) {
    return known(name).field == Known::other &&
           std::none_of(kNeverTrailers.begin(), kNeverTrailers.end(),
                        [&](std::string_view never) { return same_folded(name, never); });
}

}  // namespace portcullis::http
