#include "tests/proxy/route/model_origins.h"

#include <cstdlib>

namespace portcullis::test {
namespace {

using Read = std::optional<std::string>;
using Segments = std::vector<std::string>;

Segments split(std::string_view path) {
    Segments segments(1);
    for (const char c : path.substr(1)) {
        if (c == '/') {
            segments.emplace_back();
        } else {
            segments.back() += c;
        }
    }
    return segments;
}

std::string join(const Segments& segments) {
    std::string path;
    for (const std::string& segment : segments) {
        path += "/" + segment;
    }
    return path.empty() ? "/" : path;
}

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string digits{text.substr(i, 3)};
        if (digits.size() == 3 && digits[0] == '%' && std::isxdigit(digits[1]) != 0 &&
            std::isxdigit(digits[2]) != 0) {
            out += static_cast<char>(std::strtol(digits.c_str() + 1, nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string replace(std::string text, char from, char to) {
    for (char& c : text) {
        c = c == from ? to : c;
    }
    return text;
}

// Without empty segments, dots resolved; nothing when they lead above the root.
Read merge_and_resolve(std::string_view path) {
    Segments kept;
    for (const std::string& segment : split(path)) {
        if (segment == "..") {
            if (kept.empty()) {
                return std::nullopt;
            }
            kept.pop_back();
        } else if (!segment.empty() && segment != ".") {
            kept.push_back(segment);
        }
    }
    return join(kept);
}

// The same where it is no mistake to lead above the root, and empty segments count.
std::string resolve(std::string_view path) {
    Segments kept;
    for (const std::string& segment : split(path)) {
        if (segment == "..") {
            if (!kept.empty()) {
                kept.pop_back();
            }
        } else if (segment != ".") {
            kept.push_back(segment);
        }
    }
    return join(kept);
}

std::string merge(std::string_view path) {
    Segments kept;
    for (const std::string& segment : split(path)) {
        if (!segment.empty()) {
            kept.push_back(segment);
        }
    }
    return join(kept);
}

std::string without_parameters(std::string_view path) {
    Segments segments = split(path);
    for (std::string& segment : segments) {
        segment = segment.substr(0, segment.find(';'));
    }
    return join(segments);
}

Read nginx(std::string_view path) {
    const std::string decoded = unescape(path);
    return decoded.find('\0') == std::string::npos ? merge_and_resolve(decoded) : std::nullopt;
}

Read tomcat(std::string_view path) {
    return merge_and_resolve(replace(unescape(without_parameters(path)), '\\', '/'));
}

// Reads parameters in what was decoded as well.
Read spring(std::string_view path) {
    return merge_and_resolve(without_parameters(unescape(path)));
}

Read express(std::string_view path) {
    return std::string{path};
}

Read flask(std::string_view path) {
    return merge(unescape(path));
}

Read asgi(std::string_view path) {
    return unescape(path);
}

Read php(std::string_view path) {
    return resolve(unescape(path));
}

Read iis(std::string_view path) {
    return resolve(merge(replace(unescape(path), '\\', '/')));
}

Read decodes_twice(std::string_view path) {
    return resolve(merge(unescape(unescape(path))));
}

// nginx in front of something that decodes what it is sent once more.
Read nginx_and_php(std::string_view path) {
    const Read first = nginx(path);
    return first ? php(*first) : std::nullopt;
}

// nginx in front of Tomcat.
Read nginx_and_tomcat(std::string_view path) {
    const Read first = nginx(path);
    return first ? tomcat(*first) : std::nullopt;
}

// new URL(target, base): RFC 3986's network-path reference, and a browser's idea of backslashes.
Read node_url(std::string_view path) {
    std::string text = replace(std::string{path}, '\\', '/');
    if (text.starts_with("//")) {
        const std::size_t host = text.find_first_not_of('/');
        const std::size_t slash = host == std::string::npos ? host : text.find('/', host);
        text = slash == std::string::npos ? "/" : text.substr(slash);
    }
    return resolve(text);
}

// urlsplit(target).path, unquoted.
Read python_urlsplit(std::string_view path) {
    if (path.starts_with("//")) {
        const std::size_t slash = path.find('/', 2);
        path = slash == std::string_view::npos ? "/" : path.substr(slash);
    }
    return unescape(path);
}

// A CGI in C: what is decoded ends at a NUL, or where a query seems to begin.
Read cgi(std::string_view path) {
    const std::string decoded = unescape(unescape(path));
    return resolve(decoded.substr(0, decoded.find_first_of(std::string_view{"?#\0", 3})));
}

}  // namespace

const std::vector<ModelOrigin>& model_origins() {
    static const std::vector<ModelOrigin> origins{
        {"nginx", nginx},
        {"tomcat", tomcat},
        {"spring", spring},
        {"express", express, true},
        {"flask", flask},
        {"asgi", asgi},
        {"php", php},
        {"php on a disk that ignores case", php, true},
        {"iis", iis, true},
        {"decodes twice", decodes_twice},
        {"nginx and php", nginx_and_php},
        {"nginx and tomcat", nginx_and_tomcat},
        {"node URL", node_url},
        {"python urlsplit", python_urlsplit},
        {"cgi", cgi},
    };
    return origins;
}

}  // namespace portcullis::test
