#include "proxy/origin/sticky.h"

#include "proxy/origin/hash.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>

namespace portcullis::origin {
namespace {

constexpr std::size_t kDigits = 16;

std::string_view same_site_text(SameSite value) {
    switch (value) {
        case SameSite::lax:
            return "Lax";
        case SameSite::strict:
            return "Strict";
        case SameSite::none:
            break;
    }
    return "None";
}

}  // namespace

std::uint64_t tag_of(std::string_view service, const SocketAddress& endpoint) {
    const std::uint64_t tag = hash_of(std::string{service} + " " + endpoint.text());
    return std::max<std::uint64_t>(tag, 1);
}

std::string cookie_name(const ServiceConfig& service) {
    return service.sticky->cookie.empty() ? "__Host-sticky-" + service.name
                                          : service.sticky->cookie;
}

std::uint64_t read_tag(std::string_view value) {
    std::uint64_t tag = 0;
    const char* const end = value.data() + value.size();
    const auto [at, error] = std::from_chars(value.data(), end, tag, 16);
    const bool whole = value.size() == kDigits && error == std::errc{} && at == end;
    return whole ? tag : 0;
}

void append_cookie(std::string& out, const ServiceConfig& service, std::uint64_t tag) {
    fmt::format_to(std::back_inserter(out), "{}={:016x}; Path=/; Secure; HttpOnly; SameSite={}",
                   cookie_name(service), tag, same_site_text(service.sticky->same_site));
}

}  // namespace portcullis::origin
