// Bytes as hexadecimal text, two lower-case digits each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace portcullis {

std::string to_hex(std::string_view bytes);

// Nothing when text is of an odd length or has another character, upper-case digits included: there
// is one text for the same bytes.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace portcullis
