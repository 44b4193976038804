#include "proxy/origin/sticky.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>

namespace portcullis::origin {
namespace {

constexpr std::size_t kDigits = 16;

StickyKey& process_key() {
    static StickyKey key{};
    return key;
}

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

void use_sticky_key(const StickyKey& key) {
    process_key() = key;
}

const StickyKey& sticky_key() {
    return process_key();
}

std::uint64_t tag_of(std::string_view service, const SocketAddress& endpoint,
                     std::string_view task) {
    std::string named = std::string{service} + " " + endpoint.text();
    if (!task.empty()) {
        named += " ";
        named += task;
    }
    const StickyKey& key = process_key();
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(named.data()), named.size(), mac.data(), nullptr);
    std::uint64_t tag = 0;
    for (std::size_t i = 0; i < sizeof tag; ++i) {
        tag = tag << 8U | mac.at(i);
    }
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
