#include "config/types/field.h"

#include "config/types/address.h"
#include "config/types/hostname.h"
#include "config/types/quote.h"

#include <algorithm>
#include <array>
#include <string>

namespace portcullis {
namespace {

constexpr std::size_t kNameBytesMax = 256;

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool is_token_char(char c) {
    const char folded = lower(c);
    return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

struct Reserved {
    std::string_view name;  // with '*' at its end, every name that begins so
    std::string_view reason;
};

constexpr std::string_view kFraming = "it frames the message";
constexpr std::string_view kHop = "it concerns one connection only";
constexpr std::string_view kIdentity = "it says who the client is, and only the proxy knows";
constexpr std::string_view kRouting = "it was routed by";

constexpr std::array<Reserved, 19> kReserved{{
    {"content-length", kFraming},
    {"transfer-encoding", kFraming},
    {"trailer", kFraming},
    {"expect", kFraming},
    {"connection", kHop},
    {"keep-alive", kHop},
    {"proxy*", kHop},
    {"te", kHop},
    {"upgrade", kHop},
    {"http2-settings", kHop},
    {"sec-websocket*", kHop},
    {"host", kRouting},
    {"forwarded", kIdentity},
    {"x-forwarded*", kIdentity},
    {"x-real-ip", kIdentity},
    {"x-client-certificate*", kIdentity},
    {"via", kIdentity},
    {"x-request-id", kIdentity},
    {"early-data", kIdentity},
}};

struct BelievedName {
    std::string_view name;  // with '*' at its end, every name that begins so
    Believed as;
};

// RFC 9440; what content delivery networks, nginx, HAProxy and IIS write for those behind them; and
// what web frameworks take for the request's own method and path.
constexpr std::array<BelievedName, 13> kBelieved{{
    {"client-cert", Believed::client},
    {"client-cert-chain", Believed::client},
    {"true-client-ip", Believed::client},
    {"cf-connecting-ip", Believed::client},
    {"x-client-ip", Believed::client},
    {"x-forwarded", Believed::client},
    {"x-ssl-*", Believed::client},
    {"ssl-client-*", Believed::client},
    {"x-original-url", Believed::request},
    {"x-rewrite-url", Believed::request},
    {"x-http-method-override", Believed::request},
    {"x-http-method", Believed::request},
    {"x-method-override", Believed::request},
}};

// pattern: in lower case, with hyphens; with '*' at its end, every name that begins so.
bool fits(std::string_view name, std::string_view pattern) {
    if (pattern.ends_with('*')) {
        pattern.remove_suffix(1);
        name = name.substr(0, pattern.size());
    }
    return same_folded(name, pattern);
}

}  // namespace

Believed believed_field(std::string_view name) {
    for (const BelievedName& believed : kBelieved) {
        if (fits(name, believed.name)) {
            return believed.as;
        }
    }
    return Believed::no;
}

Result<void> check_field_name(std::string_view name) {
    if (name.empty() || name.size() > kNameBytesMax ||
        !std::all_of(name.begin(), name.end(), is_token_char)) {
        return failure(in_quotes(name) +
                       " is no name of a header; use 1 to 256 letters, digits and hyphens");
    }
    return {};
}

Result<void> check_field_value(std::string_view value) {
    const bool visible = std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
    if (!visible) {
        return failure(in_quotes(value) +
                       " has a control character; a header's value is one printable line");
    }
    const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    if (value.empty() || is_space(value.front()) || is_space(value.back())) {
        return failure(
            in_quotes(value) +
            " is empty or has a space at an end; use 'remove' for a header that is to go");
    }
    return {};
}

Result<void> check_host_value(std::string_view value) {
    const bool bracketed = value.starts_with('[');
    const std::size_t end = std::min(value.find(bracketed ? "]:" : ":"), value.size());
    const std::size_t host_end = bracketed && end < value.size() ? end + 1 : end;
    const std::string_view host = value.substr(0, host_end);
    const std::string_view port =
        host_end < value.size() ? value.substr(host_end + 1) : std::string_view{"80"};
    const auto pattern = HostPattern::parse(host);
    const bool named = bracketed ? host.ends_with(']') &&
                                       IpAddress::parse(host.substr(1, host.size() - 2)).has_value()
                                 : pattern.has_value() && !pattern->wildcard() && !host.empty();
    const bool is_port = SocketAddress::parse("127.0.0.1:" + std::string{port}).has_value();
    if (!named || !is_port) {
        return failure(in_quotes(value) + " is no host; write NAME or NAME:PORT");
    }
    return {};
}

std::string_view reserved_field(std::string_view name) {
    for (const Reserved& reserved : kReserved) {
        if (fits(name, reserved.name)) {
            return reserved.reason;
        }
    }
    return {};
}

bool same_field(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace portcullis
