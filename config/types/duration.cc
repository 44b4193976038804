#include "config/types/duration.h"

#include "config/types/number.h"
#include "config/types/quote.h"

#include <array>

namespace portcullis {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t kLongest = 10LL * 365 * 86'400'000;

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    const auto number = leading_number(text);
    if (!number) {
        return failure(in_quotes(text) +
                       " is not a time span; write a whole number and a unit, such as 30s");
    }
    for (const Unit& unit : kUnits) {
        if (number->rest != unit.name) {
            continue;
        }
        if (number->value > static_cast<std::uint64_t>(kLongest / unit.milliseconds)) {
            return failure(in_quotes(text) + " is longer than 10 years");
        }
        return Duration{static_cast<std::int64_t>(number->value) * unit.milliseconds};
    }
    if (number->rest.empty()) {
        return failure(in_quotes(text) + " has no unit; write " + std::string{text} +
                       "s for seconds, units are ms, s, m, h and d");
    }
    return failure(in_quotes(number->rest) +
                   " is not a unit; units are ms, s, m, h and d, with a whole number");
}

std::string duration_text(Duration duration) {
    if (duration == kNoEnd) {
        return "off";
    }
    for (const Unit& unit : kUnits) {
        if (duration.count() != 0 && duration.count() % unit.milliseconds == 0) {
            return std::to_string(duration.count() / unit.milliseconds) + std::string{unit.name};
        }
    }
    return "0s";
}

}  // namespace portcullis
