// What is wrong with a configuration file, where, and what would be right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

enum class Severity : std::uint8_t { error, warning };

struct Diagnostic {
    std::string file;
    int line = 0;          // from 1; 0 when the file as a whole is meant
    int column = 0;        // from 1
    std::string path;      // "routes[2].service"; empty for the file as a whole
    std::string wrong;     // "no service is called 'shpo'"
    std::string right;     // "did you mean 'shop'?"; may be empty
    Severity severity = Severity::error;

    bool operator==(const Diagnostic&) const = default;
};

bool has_errors(const std::vector<Diagnostic>& diagnostics);

// For a terminal: "FILE:LINE:COLUMN: error: PATH: wrong", the line of the file with a caret below it, and
// what would be right. text is the file's content.
std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view text);

// The candidate with the smallest edit distance, if it is close enough to be a typing error; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace portcullis
