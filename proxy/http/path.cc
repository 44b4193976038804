#include "proxy/http/path.h"

#include "proxy/http/characters.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace portcullis::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

constexpr bool is_unreserved(char c) {
    const char folded = lower(c);
    return (folded >= 'a' && folded <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

// Without escapes and segments that begin with a dot nothing can need a change.
bool is_normal(std::string_view path) {
    char previous = 'x';
    for (const char c : path) {
        if (c == '%' || (previous == '/' && c == '.')) {
            return false;
        }
        previous = c;
    }
    return true;
}

// Decodes what may be decoded; false for an escape that is malformed or NUL.
bool decode(std::string_view path, std::string& out) {
    out.clear();
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            out.push_back(path[i]);
            continue;
        }
        if (path.size() - i < 3) {
            return false;
        }
        const int high = hex_value(path[i + 1]);
        const int low = hex_value(path[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            return false;
        }
        const char decoded = static_cast<char>(high * 16 + low);
        if (is_unreserved(decoded)) {
            out.push_back(decoded);
        } else {
            out.push_back('%');
            out.push_back(kHex[static_cast<std::size_t>(high)]);
            out.push_back(kHex[static_cast<std::size_t>(low)]);
        }
        i += 2;
    }
    return true;
}

}  // namespace

// What is written never overtakes what is read. Before each segment, the first `size` bytes are the
// resolved path without a final slash.
void resolve_dot_segments(std::string& path) {
    std::size_t size = 0;
    std::size_t at = 0;
    bool directory = false;  // the path so far ends in a dot segment, so in "/"
    while (at < path.size()) {
        const std::size_t begin = at + 1;
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = std::string_view{path}.substr(begin, end - begin);
        directory = segment == "." || segment == "..";
        if (segment == "..") {
            const std::size_t parent = std::string_view{path}.substr(0, size).rfind('/');
            size = parent == std::string_view::npos ? 0 : parent;
        } else if (!directory) {
            path[size] = '/';
            std::memmove(path.data() + size + 1, path.data() + begin, segment.size());
            size += 1 + segment.size();
        }
        at = end;
    }
    path.resize(size);
    if (directory) {
        path.push_back('/');
    }
}

bool normalise(std::string_view path, std::string& out) {
    if (!path.starts_with('/')) {
        return false;
    }
    if (is_normal(path)) {
        out.assign(path);
        return true;
    }
    if (!decode(path, out)) {
        return false;
    }
    resolve_dot_segments(out);
    return true;
}

}  // namespace portcullis::http
