// Time spans as an operator writes them: 500ms, 5s, 10m, 1h, 7d.
#pragma once

#include "base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace portcullis {

using Duration = std::chrono::milliseconds;

// What "off" stands for where a time need not end: 100 years. Unlike Duration::max() it can be
// added to any moment of a clock without an overflow.
constexpr Duration kNoEnd = std::chrono::hours{24 * 365 * 100};

// A whole number and ms, s, m, h or d; at most 10 years. A bare number is refused, with what would
// be right.
Result<Duration> parse_duration(std::string_view text);
// The largest unit that divides it: "1m", "1500ms"; kNoEnd is "off".
std::string duration_text(Duration duration);

}  // namespace portcullis
