// The character classes of HTTP (RFC 9110, 5.6), one table lookup or one vector compare at a time.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <string_view>

namespace portcullis::http {

namespace characters_detail {

constexpr std::array<bool, 256> table_of(std::string_view members) {
    std::array<bool, 256> table{};
    for (const char c : members) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}

inline constexpr auto kToken = table_of(
    "!#$%&'*+-.^_`|~0123456789"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

}  // namespace characters_detail

constexpr bool is_token_char(char c) {
    return characters_detail::kToken[static_cast<unsigned char>(c)];
}

constexpr bool is_token(std::string_view text) {
    for (const char c : text) {
        if (!is_token_char(c)) {
            return false;
        }
    }
    return !text.empty();
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// HTAB, SP, VCHAR and obs-text (RFC 9110, 5.5): everything but the other controls and DEL.
constexpr bool is_value_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t';
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// 0 to 15, or -1.
constexpr int hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    const char folded = lower(c);
    return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// The first byte of [from, end) that is no value character, or end. Never reads past end.
inline const char* skip_value_chars(const char* from, const char* end) {
#if defined(__SSE2__)
    const __m128i last_control = _mm_set1_epi8(0x1f);
    const __m128i tab = _mm_set1_epi8('\t');
    const __m128i del = _mm_set1_epi8(0x7f);
    while (end - from >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i stops = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), controls),
                                           _mm_cmpeq_epi8(bytes, del));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
        if (mask != 0) {
            return from + std::countr_zero(mask);
        }
        from += 16;
    }
#endif
    while (from != end && is_value_char(*from)) {
        ++from;
    }
    return from;
}

}  // namespace portcullis::http
