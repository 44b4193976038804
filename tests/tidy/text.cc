#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>

namespace portcullis::tidy {

namespace {

constexpr std::size_t kLinesMax = 400;  // more hold more than one noun

// Recorded bytes are what they are.
bool is_recorded(const std::string& path) {
    return path.find("/corpus/") != std::string::npos || path.find("/golden/") != std::string::npos;
}

bool is_source(const std::string& path) {
    constexpr std::array<std::string_view, 5> endings{".h", ".cc", ".py", ".sh", ".cmake"};
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view e) { return path.ends_with(e); });
}

std::string name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

Findings long_files(const Tree& tree) {
    Findings findings;
    for (const auto& [path, content] : tree) {
        const std::size_t lines = lines_of(content).size();
        if (is_source(path) && lines > kLinesMax) {
            findings.push_back(path + ": has " + std::to_string(lines) + " lines, more than " +
                               std::to_string(kLinesMax));
        }
    }
    return findings;
}

Findings stray_whitespace(const Tree& tree) {
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (is_recorded(path)) {
            continue;
        }
        std::size_t number = 0;
        for (const std::string& line : lines_of(content)) {
            ++number;
            const std::string place = path + ":" + std::to_string(number);
            if (line.find('\t') != std::string::npos) {
                findings.push_back(place + ": has a tab");
            }
            if (line.ends_with(' ') || line.ends_with('\r')) {
                findings.push_back(place + ": has trailing whitespace");
            }
        }
        if (!content.empty() && !content.ends_with('\n')) {
            findings.push_back(path + ": does not end with a newline");
        }
    }
    return findings;
}

Findings odd_names(const Tree& tree) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789_";
    Findings findings;
    for (const auto& [path, content] : tree) {
        const std::string name = name_of(path);
        if (is_source(path) &&
            name.substr(0, name.find('.')).find_first_not_of(allowed) != std::string::npos) {
            findings.push_back(path + ": is not in snake_case");
        }
    }
    return findings;
}

Findings machine_paths(const Tree& tree) {
    // Each in two pieces, so that this file is not a finding.
    constexpr std::array<std::string_view, 3> machine{
        "/wo"
        "rk/",
        "/ro"
        "ot/",
        "/fa"
        "rm/"};
    Findings findings;
    for (const auto& [path, content] : tree) {
        for (const std::string_view place : machine) {
            if (!is_recorded(path) && content.find(place) != std::string::npos) {
                findings.push_back(path + ": names " + std::string{place} +
                                   ", a path of one machine");
            }
        }
    }
    return findings;
}

}  // namespace portcullis::tidy
