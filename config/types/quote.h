// How a word of the operator's is repeated in a sentence about it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace portcullis {

// 'word', in single quotes: cut after 60 bytes with "...", and every byte that is not printable
// ASCII or part of a well-formed UTF-8 sequence as '?', so that a sentence is always one printable
// line.
std::string in_quotes(std::string_view word);

// The two halves of a sentence of the form "what is wrong; what would be right", as config/types
// and parse_certificate() give them; the second is empty when there is only one.
std::pair<std::string, std::string> wrong_and_right(const std::string& sentence);

// text with every byte that a terminal might obey or cannot show replaced by '?'. Tabs stay.
std::string printable(std::string_view text);

// The length of the well-formed UTF-8 sequence (RFC 3629) that text begins with; 0 when there is
// none.
std::size_t utf8_length(std::string_view text);

}  // namespace portcullis
