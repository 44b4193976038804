#include "config/types/route_path.h"

#include "config/types/quote.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace portcullis {
namespace {

constexpr std::size_t kPathBytesMax = 2048;

bool is_unreserved(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// pchar of RFC 3986, 3.3, or a slash.
bool is_path_byte(unsigned char c) {
    return is_unreserved(c) ||
           std::string_view{"!$&'()*+,;=:@/%"}.find(static_cast<char>(c)) != std::string_view::npos;
}

// Percent-encodings with upper-case digits, and those of unreserved characters decoded (6.2.2.1
// and 6.2.2.2). Fails when a percent sign is not followed by two hexadecimal digits.
Result<std::string> normal_encoding(std::string_view path) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string normal;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '%') {
            normal += path[i];
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = path.substr(i + 1, 2);
        const auto [at, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc{} || digits.size() != 2 || at != digits.data() + 2) {
            return failure(in_quotes(path) +
                           " has a percent sign without two hexadecimal digits; write %25 for the "
                           "sign itself");
        }
        if (is_unreserved(static_cast<unsigned char>(value))) {
            normal += static_cast<char>(value);
        } else {
            normal += {'%', kDigits[value >> 4U], kDigits[value & 15U]};
        }
        i += 2;
    }
    return normal;
}

// Without empty and dot segments (RFC 3986, 5.2.4); a final slash stays. Empty segments are kept in
// requests, but a route that names one would be a route for those few who write it.
std::string normal_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    bool slash_at_end = true;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        slash_at_end = segment.empty() || segment == "." || segment == "..";
        if (segment == ".." && !kept.empty()) {
            kept.pop_back();
        } else if (!slash_at_end) {
            kept.push_back(segment);
        }
    }
    std::string normal;
    for (const std::string_view segment : kept) {
        normal.append("/").append(segment);
    }
    return slash_at_end ? normal + "/" : normal;
}

// Where a path is written as a pattern: a wildcard, a regular expression or a parameter such as
// ":id". npos when it is not.
std::size_t find_pattern(std::string_view path) {
    const auto names_parameter = [&](std::size_t colon) {
        const unsigned char next = colon + 1 < path.size() ? path[colon + 1] : '/';
        return path[colon] == ':' && colon > 0 && path[colon - 1] == '/' &&
               (std::isalpha(next) != 0 || next == '_');
    };
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (std::string_view{"*()[]{}^$|\\"}.find(path[i]) != std::string_view::npos ||
            names_parameter(i)) {
            return i;
        }
    }
    return std::string_view::npos;
}

}  // namespace

Result<void> check_route_prefix(std::string_view path) {
    const std::size_t pattern = find_pattern(path);
    if (path.starts_with('/') && pattern != std::string_view::npos) {
        const std::string_view before = route_prefix(path.substr(0, path.rfind('/', pattern)));
        const std::string_view prefix = before.empty() ? "/" : before;
        return failure(in_quotes(path) +
                       " is written as a pattern, but a path is a prefix by whole segments and is "
                       "compared letter by letter; write " +
                       in_quotes(prefix) + ", which covers everything below it");
    }
    return check_route_path(path);
}

Result<void> check_route_path(std::string_view path) {
    if (!path.starts_with('/')) {
        return failure(in_quotes(path) + " does not begin with '/'; write " +
                       in_quotes("/" + std::string{path}));
    }
    if (path.size() > kPathBytesMax) {
        return failure("the path is longer than 2048 bytes");
    }
    const std::size_t query = path.find_first_of("?#");
    if (query != std::string_view::npos) {
        return failure(in_quotes(path) +
                       " has a query or fragment; routes see the path alone, write " +
                       in_quotes(path.substr(0, query)));
    }
    if (!std::all_of(path.begin(), path.end(), is_path_byte)) {
        return failure(
            in_quotes(path) +
            " has a character that paths do not have; percent-encode it, as in %20 for a space");
    }
    const auto encoded = normal_encoding(path);
    if (!encoded) {
        return encoded.error();
    }
    const std::string normal = normal_segments(*encoded);
    if (path.find("//") != std::string_view::npos) {
        return failure(in_quotes(path) + " has an empty segment; write " + in_quotes(normal));
    }
    if (normal != path) {
        return failure(in_quotes(path) +
                       " never matches, because requests are normalised first; write " +
                       in_quotes(normal));
    }
    return {};
}

std::string_view route_prefix(std::string_view path) {
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    return path;
}

bool prefix_matches(std::string_view prefix, std::string_view path) {
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace portcullis
