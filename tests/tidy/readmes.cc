#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <regex>
#include <set>

namespace portcullis::tidy {

namespace {

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
    std::vector<std::string> result;
    for (std::sregex_iterator match{text.begin(), text.end(), pattern}, end; match != end;
         ++match) {
        result.push_back((*match)[1]);
    }
    return result;
}

// The lines outside fenced code.
std::vector<std::string> prose(const std::string& markdown) {
    std::vector<std::string> result;
    bool fenced = false;
    for (std::string& line : lines_of(markdown)) {
        const bool fence = line.starts_with("```");
        fenced = fenced != fence;
        if (!fenced && !fence) {
            result.push_back(std::move(line));
        }
    }
    return result;
}

bool has_known_extension(const std::string& word) {
    constexpr std::array<std::string_view, 8> extensions{".h",    ".cc",    ".py",  ".md",
                                                         ".conf", ".cmake", ".txt", ".nft"};
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](std::string_view extension) { return word.ends_with(extension); });
}

// A word of a table that means a file or folder of ours: with a known extension, or beginning with
// a folder that exists beside the README or at the root. "/status" and "text/html" mean neither.
bool means_a_path(const Tree& tree, const std::string& folder, const std::string& word) {
    if (word.starts_with('/') || word.starts_with('.')) {
        return false;
    }
    const std::size_t slash = word.find('/');
    if (slash == std::string::npos) {
        return has_known_extension(word);
    }
    const std::string first = word.substr(0, slash);
    return has_known_extension(word) || is_file_or_folder(tree, resolve(folder, first)) ||
           is_file_or_folder(tree, first);
}

// Beside the README, at the root, or, for a bare name, anywhere; "http1/parser" stands for its .h
// and .cc.
bool names_something(const Tree& tree, const std::string& folder, const std::string& word) {
    const auto exists = [&](const std::string& path) {
        return is_file_or_folder(tree, path) || tree.contains(path + ".h") ||
               tree.contains(path + ".cc");
    };
    return exists(resolve(folder, word)) || exists(resolve("", word)) ||
           std::any_of(tree.begin(), tree.end(),
                       [&](const auto& file) { return file.first.ends_with("/" + word); });
}

}  // namespace

Findings broken_links(const Tree& tree) {
    static const std::regex link{R"(\]\(([^)\s]+)\))"};
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (!path.ends_with(".md")) {
            continue;
        }
        for (const std::string& line : prose(content)) {
            for (const std::string& target : matches(line, link)) {
                const std::string file = target.substr(0, target.find('#'));
                const bool elsewhere =
                    target.find("://") != std::string::npos || target.starts_with("mailto:");
                if (!elsewhere && !file.empty() &&
                    !is_file_or_folder(tree, resolve(folder_of(path), file))) {
                    findings.push_back(path + ": links to " + target + ", which does not exist");
                }
            }
        }
    }
    return findings;
}

Findings missing_readmes(const Tree& tree) {
    Findings findings;
    std::set<std::string> folders;
    for (const auto& [path, content] : tree) {
        const std::size_t slash = path.find('/');
        if (slash != std::string::npos && !path.starts_with('.')) {
            folders.insert(path.substr(0, slash));
        }
    }
    for (const std::string& folder : folders) {
        // cmake/ says what it is in the first line of its three files.
        if (folder != "cmake" && !tree.contains(folder + "/README.md")) {
            findings.push_back(folder + ": has no README.md");
        }
    }
    return findings;
}

Findings stale_tables(const Tree& tree) {
    static const std::regex code{"`([A-Za-z0-9_./-]+)`"};
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (path != "README.md" && !path.ends_with("/README.md")) {
            continue;
        }
        const std::string folder = folder_of(path);
        for (const std::string& line : prose(content)) {
            if (!line.starts_with('|')) {
                continue;
            }
            for (const std::string& word : matches(line, code)) {
                if (means_a_path(tree, folder, word) && !names_something(tree, folder, word)) {
                    findings.push_back(path + ": its table names " + word +
                                       ", which does not exist");
                }
            }
        }
    }
    return findings;
}

}  // namespace portcullis::tidy
