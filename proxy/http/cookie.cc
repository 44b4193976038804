#include "proxy/http/cookie.h"

#include "proxy/http/characters.h"

namespace portcullis::http {
namespace {

std::string_view unquoted(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.starts_with('"') && value.ends_with('"');
    return quoted ? value.substr(1, value.size() - 2) : value;
}

struct Cookie {
    std::string_view name;  // empty: this is none
    std::string_view value;
};

// The text up to the next semicolon is taken off rest.
std::string_view take_pair(std::string_view& rest) {
    const std::size_t end = rest.find(';');
    const std::string_view pair = trim(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return pair;
}

Cookie split(std::string_view pair) {
    const std::size_t sign = pair.find('=');
    return sign == std::string_view::npos ? Cookie{}
                                          : Cookie{pair.substr(0, sign), pair.substr(sign + 1)};
}

bool holds(std::string_view cookies, std::string_view name) {
    while (!cookies.empty()) {
        if (split(take_pair(cookies)).name == name) {
            return true;
        }
    }
    return false;
}

}  // namespace

// HTTP/2 may send each cookie in a field of its own (RFC 9113, 8.2.3).
std::string_view cookie(const RequestHead& head, std::string_view name) {
    for (const Field& field : head.fields) {
        std::string_view rest = same_name(field.name, "Cookie") ? field.value : std::string_view{};
        while (!rest.empty()) {
            const Cookie one = split(take_pair(rest));
            if (one.name == name) {
                return unquoted(one.value);
            }
        }
    }
    return {};
}

void remove_cookie(FieldList& fields, std::string_view name) {
    for (Field& field : fields.fields()) {
        if (!same_name(field.name, "Cookie") || !holds(field.value, name)) {
            continue;
        }
        std::string& others = fields.text();
        for (std::string_view rest = field.value; !rest.empty();) {
            const std::string_view pair = take_pair(rest);
            if (!pair.empty() && split(pair).name != name) {
                others.append(others.empty() ? "" : "; ").append(pair);
            }
        }
        field.value = others;
    }
    std::erase_if(fields.fields(), [](const Field& field) {
        return same_name(field.name, "Cookie") && field.value.empty();
    });
}

}  // namespace portcullis::http
