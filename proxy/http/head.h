// The head of a request and of an answer, as views into the bytes they were read from.
// They say nothing about how those bytes looked: HTTP/1 and HTTP/2 fill the same two structs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace portcullis::http {

// Views live as long as the buffer that the head was parsed from stays where it is.
struct Field {
    std::string_view name;   // as received; compare with same_name()
    std::string_view value;  // without the surrounding whitespace
};

// ASCII case-insensitive, as field names are (RFC 9110, 5.1).
constexpr bool same_name(std::string_view left, std::string_view right) {
    constexpr auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [=](char a, char b) { return lower(a) == lower(b); });
}

struct RequestHead {
    std::string_view method;
    std::string_view target;  // as received: origin-form, absolute-form, authority-form or "*"
    std::string_view
        path;  // the target's path, without query: "/" at least; empty for "*" and authority-form
    std::string_view query;  // with its "?"; empty when there is none
    std::string_view
        authority;          // the Host field, or the absolute-form's authority, which equals it
    int major_version = 1;  // 1 or 2
    int minor_version = 1;  // of HTTP/1; 1 in HTTP/2, which can do all that HTTP/1.1 can
    std::string_view protocol = {};  // of HTTP/2's extended CONNECT (RFC 8441); empty otherwise
    std::vector<Field> fields;       // in the order received, Host among them

    // The first field of that name, or null.
    [[nodiscard]] const Field* find(std::string_view name) const {
        const auto at = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& f) { return same_name(f.name, name); });
        return at == fields.end() ? nullptr : &*at;
    }
};

struct ResponseHead {
    int status = 0;
    std::string_view reason;  // may be empty
    int major_version = 1;
    int minor_version = 1;
    std::vector<Field> fields;

    [[nodiscard]] const Field* find(std::string_view name) const {
        const auto at = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& f) { return same_name(f.name, name); });
        return at == fields.end() ? nullptr : &*at;
    }
};

}  // namespace portcullis::http
