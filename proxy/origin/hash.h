// A number for a name, the same in every worker, on every node and after every restart. For
// spreading, not for secrets: who can choose the name can aim.
#pragma once

#include <cstdint>
#include <string_view>

namespace portcullis::origin {

// The last step of splitmix64: every bit of the result depends on every bit of the number.
constexpr std::uint64_t mix(std::uint64_t number) {
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31U);
}

// FNV-1a, whose low bits alone would spread badly.
constexpr std::uint64_t hash_of(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    }
    return mix(hash);
}

}  // namespace portcullis::origin
