// The whole number that a size or a time span begins with.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace portcullis {

struct LeadingNumber {
    std::uint64_t value = 0;
    std::string_view rest;  // what follows the digits: the unit
};

// None when text does not begin with a digit or the number does not fit in 64 bits.
inline std::optional<LeadingNumber> leading_number(std::string_view text) {
    LeadingNumber number;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number.value);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    number.rest = text.substr(static_cast<std::size_t>(at - text.data()));
    return number;
}

}  // namespace portcullis
