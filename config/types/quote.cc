#include "config/types/quote.h"

#include <cstdint>

namespace portcullis {
namespace {

constexpr std::size_t kQuotedBytesMax = 60;

}  // namespace

// The table of RFC 3629, section 4: overlong forms and surrogates are not UTF-8.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
    };
    const auto tail = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
    if (text.empty()) {
        return 0;
    }
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return tail(1) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool beyond = first == 0xF4 && byte(1) > 0x8F;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const auto first = static_cast<std::uint8_t>(text.front());
        const std::size_t length = utf8_length(text);
        // C1 controls (U+0080 to U+009F) are obeyed by some terminals as C0 ones are.
        const bool c1 = length == 2 && first == 0xC2 && static_cast<std::uint8_t>(text[1]) < 0xA0;
        const bool c0 = (first < 0x20 && first != '\t') || first == 0x7F;
        if (length == 0 || c0 || c1) {
            shown += '?';
        } else {
            shown += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return shown;
}

std::pair<std::string, std::string> wrong_and_right(const std::string& sentence) {
    const std::size_t cut = sentence.rfind("; ");
    if (cut == std::string::npos) {
        return {sentence, {}};
    }
    return {sentence.substr(0, cut), sentence.substr(cut + 2)};
}

std::string in_quotes(std::string_view word) {
    if (word.size() <= kQuotedBytesMax) {
        return "'" + printable(word) + "'";
    }
    std::size_t cut = kQuotedBytesMax;
    while (cut > 0 && (static_cast<std::uint8_t>(word[cut]) & 0xC0U) == 0x80U) {
        --cut;
    }
    return "'" + printable(word.substr(0, cut)) + "...'";
}

}  // namespace portcullis
