// What options.h says of an option besides its key: its range, its words, where it may be "off".
#pragma once

#include "config/types/duration.h"
#include "config/types/switch.h"

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace portcullis {

// What a value must lie between, both included, and why not beyond.
template <class T>
struct Range {
    T least;
    T most;
    std::string_view reason;
};

// The word "auto", kept as 0, or a number in the range.
struct AutoOr {
    Range<std::size_t> range;
};

// The word "off", kept as kNoEnd, or a time in the range.
struct OffOr {
    Range<Duration> range;
};

// One of these words, kept as it is, or a file's path.
struct PathOr {
    std::array<std::string_view, 2> words;
};

// This word, kept as nothing (an empty text or path, no value), or what else the value may be.
struct OrWord {
    std::string_view word;
};

// A list, or its only entry without the brackets.
struct OneOrMore {};

// The key must be there.
struct Required {};

template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

constexpr auto words_of(Switch) {
    return std::array{Word{"off", Switch::off}, Word{"on", Switch::on}};
}

// Plain, const or not.
template <class T, class Plain>
concept Maybe = std::same_as<std::remove_const_t<T>, Plain>;

}  // namespace portcullis
