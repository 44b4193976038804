// A number of bytes with its unit: 8KiB, 1MiB, 512B.
#pragma once

#include "base/result.h"

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace portcullis {

struct ByteSize {
    std::size_t bytes = 0;

    // A whole number and B, KiB, MiB or GiB. "8k" and a bare number are refused, with what would be right.
    static Result<ByteSize> parse(std::string_view text);
    // The largest unit that divides it: "8KiB", "1000B".
    [[nodiscard]] std::string text() const;

    auto operator<=>(const ByteSize&) const = default;
};

}  // namespace portcullis
