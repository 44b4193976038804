// What a Content-Length says: the same to both versions of HTTP, because two readings of one length
// are how requests are smuggled.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portcullis::http {

// RFC 9110, 8.6: 1*DIGIT, here at most 19 of them and at most 2^63-1; no sign, no list. Nothing for
// anything else.
std::optional<std::uint64_t> content_length(std::string_view text);

}  // namespace portcullis::http
