#include "proxy/http/content_length.h"

#include "proxy/http/characters.h"

#include <algorithm>
#include <limits>

namespace portcullis::http {
namespace {

constexpr std::uint64_t kLengthMax = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDigitsMax = 19;  // of 2^63-1

}  // namespace

std::optional<std::uint64_t> content_length(std::string_view text) {
    if (text.empty() || text.size() > kDigitsMax ||
        !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 10^19-1 fits
    }
    return value <= kLengthMax ? std::optional{value} : std::nullopt;
}

}  // namespace portcullis::http
