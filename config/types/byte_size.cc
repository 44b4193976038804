#include "config/types/byte_size.h"

#include "config/types/number.h"
#include "config/types/quote.h"

#include <array>
#include <limits>

namespace portcullis {
namespace {

struct Unit {
    std::string_view name;
    unsigned shift;
};

constexpr std::array<Unit, 4> kUnits{{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}}};

// The unit that someone who wrote this letter most likely means: "8k", "8K", "8KB" and "8kb" are
// 8KiB.
std::string_view likely_unit(std::string_view unit) {
    switch (unit.empty() ? '\0' : unit.front()) {
        case 'k':
        case 'K':
            return "KiB";
        case 'm':
        case 'M':
            return "MiB";
        case 'g':
        case 'G':
            return "GiB";
        default:
            return "B";
    }
}

}  // namespace

Result<ByteSize> ByteSize::parse(std::string_view text) {
    const auto number = leading_number(text);
    if (!number) {
        return failure(in_quotes(text) +
                       " is not a size; write a whole number and a unit, such as 8KiB");
    }
    for (const Unit& unit : kUnits) {
        if (number->rest != unit.name) {
            continue;
        }
        if (number->value > std::numeric_limits<std::size_t>::max() >> unit.shift) {
            return failure(in_quotes(text) + " is larger than any memory");
        }
        return ByteSize{static_cast<std::size_t>(number->value) << unit.shift};
    }
    const std::string digits{text.substr(0, text.size() - number->rest.size())};
    const std::string meant = digits + std::string{likely_unit(number->rest)};
    if (number->rest.empty()) {
        return failure(in_quotes(text) + " has no unit; write " + meant +
                       ", or use KiB, MiB or GiB");
    }
    return failure(in_quotes(number->rest) + " is not a unit; write " + meant +
                   ", units are B, KiB, MiB and GiB");
}

std::string ByteSize::text() const {
    for (const Unit& unit : kUnits) {
        const std::size_t size = std::size_t{1} << unit.shift;
        if (bytes != 0 && bytes % size == 0) {
            return std::to_string(bytes / size) + std::string{unit.name};
        }
    }
    return "0B";
}

}  // namespace portcullis
