#include "proxy/http/cookie.h"

#include "proxy/http/characters.h"

namespace portcullis::http {
namespace {

std::string_view unquoted(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

// HTTP/2 may send each cookie in a field of its own (RFC 9113, 8.2.3).
std::string_view cookie(const RequestHead& head, std::string_view name) {
    for (const Field& field : head.fields) {
        if (!same_name(field.name, "Cookie")) {
            continue;
        }
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const std::size_t end = rest.find(';');
            const std::string_view pair = trim(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            const std::size_t sign = pair.find('=');
            if (sign != std::string_view::npos && pair.substr(0, sign) == name) {
                return unquoted(pair.substr(sign + 1));
            }
        }
    }
    return {};
}

}  // namespace portcullis::http
