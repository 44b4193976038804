// Boost.Beast's HTTP/1 parser, asked for a second opinion on what ours accepts.
#pragma once

#include "base/check.h"
#include "proxy/http/head.h"
#include "proxy/http1/framing.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <limits>
#include <string_view>

namespace portcullis::http1 {

namespace beast = boost::beast::http;

// A parser without the limits that ours has by itself.
template <class Parser>
void unlimit(Parser& parser) {
    parser.eager(true);
    parser.header_limit(std::numeric_limits<std::uint32_t>::max());
    parser.body_limit(boost::none);
}

inline boost::asio::const_buffer buffer_of(std::string_view bytes) {
    return boost::asio::buffer(bytes.data(), bytes.size());
}

inline std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

// The fields of one name in their order: Beast keeps equal names together, so the order between
// different names is not compared.
template <class BeastFields>
bool same_fields(const std::vector<http::Field>& ours, const BeastFields& theirs) {
    std::size_t count = 0;
    for (auto it = theirs.begin(); it != theirs.end(); ++it) {
        ++count;
    }
    if (count != ours.size()) {
        return false;
    }
    for (const http::Field& field : ours) {
        const auto range =
            theirs.equal_range(boost::beast::string_view{field.name.data(), field.name.size()});
        auto theirs_at = range.first;
        for (const http::Field& same : ours) {
            if (!http::same_name(same.name, field.name)) {
                continue;
            }
            if (theirs_at == range.second || view(theirs_at->value()) != same.value) {
                return false;
            }
            ++theirs_at;
        }
        if (theirs_at != range.second) {
            return false;
        }
    }
    return true;
}

// How long Beast thinks the body is.
template <class Parser>
bool same_length(const Framing& framing, const Parser& parser) {
    switch (framing.kind) {
        case BodyKind::chunked:
            return parser.chunked();
        case BodyKind::length:
            return !parser.chunked() && parser.content_length() &&
                   *parser.content_length() == framing.length;
        case BodyKind::none:
        case BodyKind::until_close:
            return !parser.chunked() && parser.content_length().value_or(0) == 0;
    }
    return false;
}

// Beast refuses a Connection or Proxy-Connection that is not a list of tokens; we skip what we do
// not know in it, for nothing of it is forwarded.
inline bool is_tolerated(const boost::system::error_code& error,
                         const std::vector<http::Field>& fields) {
    if (error != beast::error::bad_value) {
        return false;
    }
    for (const http::Field& field : fields) {
        if (http::same_name(field.name, "Connection") ||
            http::same_name(field.name, "Proxy-Connection")) {
            return true;
        }
    }
    return false;
}

}  // namespace portcullis::http1
