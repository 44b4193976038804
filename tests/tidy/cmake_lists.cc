#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <set>

namespace portcullis::tidy {

namespace {

// The sources that one CMake file names, as paths from the root. Comments, and names made of other
// variables, are not looked at.
std::vector<std::string> named_sources(const std::string& path, const std::string& content) {
    constexpr std::string_view root = "${CMAKE_SOURCE_DIR}/";
    constexpr std::string_view between = " \t()\";";
    std::vector<std::string> result;
    for (std::string line : lines_of(content)) {
        line = line.substr(0, line.find('#'));
        for (std::size_t start = 0;
             (start = line.find_first_not_of(between, start)) != std::string::npos;) {
            const std::string word = line.substr(start, line.find_first_of(between, start) - start);
            start += word.size();
            if (!word.ends_with(".cc")) {
                continue;
            }
            if (word.starts_with(root)) {
                result.push_back(resolve("", word.substr(root.size())));
            } else if (word.find('$') == std::string::npos) {
                result.push_back(resolve(folder_of(path), word));
            }
        }
    }
    return result;
}

bool is_cmake(const std::string& path) {
    return path == "CMakeLists.txt" || path.ends_with("/CMakeLists.txt") ||
           path.ends_with(".cmake");
}

}  // namespace

Findings untested_sources(const Tree& tree) {
    constexpr std::array<std::string_view, 5> folders{"base/", "config/", "proxy/", "firewall/",
                                                      "admin/"};
    Findings findings;
    for (const auto& [path, content] : tree) {
        const bool tested_folder =
            std::any_of(folders.begin(), folders.end(),
                        [&path = path](std::string_view f) { return path.starts_with(f); });
        if (!tested_folder || !path.ends_with(".cc") || path.ends_with("/main.cc")) {
            continue;
        }
        const std::string test = "tests/" + path.substr(0, path.size() - 3) + "_test.cc";
        if (!tree.contains(test)) {
            findings.push_back(path + ": has no test " + test);
        }
    }
    return findings;
}

Findings cmake_differences(const Tree& tree) {
    Findings findings;
    std::set<std::string> named;
    for (const auto& [path, content] : tree) {
        if (!is_cmake(path)) {
            continue;
        }
        for (const std::string& source : named_sources(path, content)) {
            named.insert(source);
            if (!tree.contains(source)) {
                findings.push_back(path + ": names " + source + ", which does not exist");
            }
        }
    }
    for (const auto& [path, content] : tree) {
        if (path.ends_with(".cc") && !named.contains(path)) {
            findings.push_back(path + ": no CMakeLists.txt names it");
        }
    }
    return findings;
}

}  // namespace portcullis::tidy
