// The project's own files as values, so that each rule of the house can be tried on a made-up tree.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::tidy {

// Path relative to the root ("proxy/main.cc"), and content.
using Tree = std::map<std::string, std::string>;

// One line for each thing that is wrong: "path: what".
using Findings = std::vector<std::string>;

// Everything under root but .git, build folders, caches and what is not text.
Tree read_tree(const std::filesystem::path& root);

std::string folder_of(std::string_view path);  // "a/b" of "a/b/c.h"; "" of "c.h"
std::string resolve(std::string_view folder,
                    std::string_view target);  // "a/c.h" of "a/b", "../c.h"
bool is_file_or_folder(const Tree& tree, const std::string& path);
std::vector<std::string> lines_of(const std::string& content);

}  // namespace portcullis::tidy
