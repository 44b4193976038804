#include "proxy/access/credentials.h"

#include "proxy/http/characters.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace portcullis::access {
namespace {

constexpr std::size_t kEncodedBytesMax = 1024;
constexpr std::string_view kScheme = "Basic ";

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (http::is_digit(c)) {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// RFC 4648, 4: padded, and nothing behind the padding or in its spare bits.
bool decode(std::string_view text, std::string& out) {
    if (text.empty() || text.size() % 4 != 0) {
        return false;
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    text.remove_suffix(padding);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = base64_value(c);
        if (value < 0) {
            return false;
        }
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xffU));
        }
    }
    return (bits & ((1U << static_cast<unsigned>(count)) - 1U)) == 0;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Credentials::~Credentials() {
    password.resize(password.capacity());  // also what was before the name was cut off
    OPENSSL_cleanse(password.data(), password.size());
}

std::optional<Credentials> credentials(const http::RequestHead& head) {
    const http::Field* found = nullptr;
    for (const http::Field& field : head.fields) {
        if (http::same_name(field.name, "Authorization")) {
            if (found != nullptr) {
                return std::nullopt;
            }
            found = &field;
        }
    }
    if (found == nullptr || !http::same_name(found->value.substr(0, kScheme.size()), kScheme) ||
        found->value.size() > kEncodedBytesMax) {
        return std::nullopt;
    }
    std::optional<Credentials> read{std::in_place};
    std::string& text = read->password;
    text.reserve(kEncodedBytesMax);  // so that it never moves and leaves a copy
    if (!decode(http::trim(found->value.substr(kScheme.size())), text) ||
        std::any_of(text.begin(), text.end(), is_control)) {
        return std::nullopt;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return std::nullopt;
    }
    read->user = text.substr(0, colon);
    text.erase(0, colon + 1);
    return read;
}

}  // namespace portcullis::access
