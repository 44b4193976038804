// Words of the file that are no type of their own: numbers, choices, addresses to listen on.
// Sentences are "what is wrong; what would be right".
#pragma once

#include "config/advice.h"
#include "config/options.h"
#include "config/types/quote.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace portcullis {

Result<std::size_t> parse_count(std::string_view text);

// Without a port, because there is only one.
Result<IpAddress> parse_listen_address(std::string_view text);

// One of words_of(Enum).
template <class Enum>
Result<Enum> parse_choice(std::string_view text) {
    std::vector<std::string_view> known;
    for (const auto& candidate : words_of(Enum{})) {
        if (candidate.text == text) {
            return candidate.value;
        }
        known.push_back(candidate.text);
    }
    return failure(in_quotes(text) + " is not a choice here; write " + listed(known));
}

}  // namespace portcullis
