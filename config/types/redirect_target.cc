#include "config/types/redirect_target.h"

#include "config/types/quote.h"

#include <algorithm>
#include <string>

namespace portcullis {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kHost = "{host}";
constexpr std::string_view kPath = "{path}";
constexpr std::string_view kQuery = "{query}";

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Of RFC 3986: unreserved and reserved characters, and the percent sign.
bool is_url_char(char c) {
    return is_alphanumeric(c) ||
           std::string_view{"-._~:/?#[]@!$&'()*+,;=%"}.find(c) != std::string_view::npos;
}

bool is_authority_char(char c) {
    return is_alphanumeric(c) || c == '.' || c == '-' || c == ':';
}

std::string without(std::string_view text, std::string_view placeholder) {
    std::string rest{text};
    for (std::size_t at = rest.find(placeholder); at != std::string::npos;
         at = rest.find(placeholder)) {
        rest.erase(at, placeholder.size());
    }
    return rest;
}

Result<void> check_authority(std::string_view target, std::string_view authority) {
    const std::string literal = without(authority, kHost);
    if (authority.empty() || authority.front() == ':' ||
        !std::all_of(literal.begin(), literal.end(), is_authority_char)) {
        return failure(in_quotes(target) +
                       " has no plain host behind https://; write a name, or {host}, which is the "
                       "request's");
    }
    return {};
}

// What follows the authority: path, query, fragment.
Result<void> check_rest(std::string_view target, std::string_view rest) {
    if (rest.ends_with(kQuery)) {
        rest.remove_suffix(kQuery.size());
        if (rest.find_first_of("?#") != std::string_view::npos) {
            return failure(in_quotes(target) +
                           " has a query of its own; {query} brings its own '?', keep one of them");
        }
    }
    const std::size_t at = rest.find(kPath);
    if (at != std::string_view::npos) {
        const std::string_view before = rest.substr(0, at);
        if (before.find_first_of("?#") != std::string_view::npos) {
            return failure(in_quotes(target) +
                           " has {path} outside the path; put it before the '?'");
        }
        if (before.ends_with('/')) {
            return failure(
                in_quotes(target) +
                " has a slash before {path}, which begins with one; leave out the slash");
        }
    }
    std::string literal{rest};
    if (at != std::string_view::npos) {
        literal.erase(at, kPath.size());
    }
    if (!std::all_of(literal.begin(), literal.end(), is_url_char)) {
        return failure(in_quotes(target) +
                       " has a character that URLs do not have, or a placeholder out of place; "
                       "write https://{host}{path}{query}, each part once or not at all");
    }
    return {};
}

}  // namespace

Result<void> check_redirect_target(std::string_view target) {
    if (target.starts_with(kScheme)) {
        const std::string_view rest = target.substr(kScheme.size());
        // {path} and {query} end the authority as "/" and "?" do.
        const std::size_t end =
            std::min({rest.find_first_of("/?#"), rest.find(kPath), rest.find(kQuery), rest.size()});
        if (const auto fine = check_authority(target, rest.substr(0, end)); !fine) {
            return fine.error();
        }
        return check_rest(target, rest.substr(end));
    }
    // "//host" and, for browsers, "/\host" would be another site's.
    if (target.starts_with('/') && !target.starts_with("//") && !target.starts_with("/\\")) {
        return check_rest(target, target);
    }
    return failure(in_quotes(target) +
                   " leads nowhere; write https://HOST/PATH, or /PATH for the same host");
}

}  // namespace portcullis
