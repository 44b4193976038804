#include "tests/tidy/tree.h"

#include "base/file.h"

#include <sstream>

namespace portcullis::tidy {

namespace fs = std::filesystem;

namespace {

bool is_skipped(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == ".git" || name == "__pycache__" || name == ".cache" || name.starts_with("build");
}

}  // namespace

Tree read_tree(const fs::path& root) {
    Tree tree;
    for (auto entry = fs::recursive_directory_iterator{root};
         entry != fs::recursive_directory_iterator{}; ++entry) {
        if (entry->is_directory() && is_skipped(entry->path())) {
            entry.disable_recursion_pending();
            continue;
        }
        if (!entry->is_regular_file() || entry->is_symlink()) {
            continue;
        }
        std::string content = read_file(entry->path()).value();
        if (content.find('\0') == std::string::npos) {
            tree.emplace(fs::relative(entry->path(), root).string(), std::move(content));
        }
    }
    return tree;
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string{slash == std::string_view::npos ? std::string_view{}
                                                       : path.substr(0, slash)};
}

std::string resolve(std::string_view folder, std::string_view target) {
    std::string path = (fs::path{folder} / target).lexically_normal().string();
    while (path.ends_with('/')) {
        path.pop_back();
    }
    return path;
}

bool is_file_or_folder(const Tree& tree, const std::string& path) {
    if (path.empty() || path == "." || tree.contains(path)) {
        return true;
    }
    const auto below = tree.lower_bound(path + "/");
    return below != tree.end() && below->first.starts_with(path + "/");
}

std::vector<std::string> lines_of(const std::string& content) {
    std::vector<std::string> lines;
    std::istringstream in{content};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace portcullis::tidy
