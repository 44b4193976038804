#include "proxy/http/host.h"

#include "proxy/http/characters.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace portcullis::http {
namespace {

constexpr std::size_t kLabelBytesMax = 63;

// What a name may hold, in lower case; 0 for everything else.
constexpr auto kNameChars = [] {
    std::array<char, 256> table{};
    for (int c = 0; c < 256; ++c) {
        const char folded = lower(static_cast<char>(c));
        const bool letter = folded >= 'a' && folded <= 'z';
        if (letter || is_digit(folded) || folded == '-' || folded == '_' || folded == '.') {
            table[static_cast<std::size_t>(c)] = folded;
        }
    }
    return table;
}();

std::string_view without_zeros(std::string_view digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

// 0 when it is no port.
std::uint16_t port_of(std::string_view digits) {
    digits = without_zeros(digits);
    if (digits.empty() || digits.size() > 5 ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
        return 0;
    }
    unsigned value = 0;
    for (const char c : digits) {
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value <= 65535 ? static_cast<std::uint16_t>(value) : std::uint16_t{0};
}

// Writes the canonical name to target, which has room for it; 0 when it is none.
std::size_t write_name(std::string_view name, char* target) {
    if (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    if (name.empty() || name.size() > Authority::kHostBytesMax) {
        return 0;
    }
    std::size_t label_bytes = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = kNameChars[static_cast<unsigned char>(name[i])];
        if (c == '\0' || (c == '.' && label_bytes == 0)) {
            return 0;
        }
        label_bytes = c == '.' ? 0 : label_bytes + 1;
        if (label_bytes > kLabelBytesMax) {
            return 0;
        }
        target[i] = c;
    }
    return label_bytes == 0 ? 0 : name.size();
}

// As write_name, for the text between the brackets. inet_pton knows no zone identifiers.
std::size_t write_v6(std::string_view text, char* target) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (text.size() >= buffer.size() || text.find('\0') != std::string_view::npos) {
        return 0;
    }
    std::copy(text.begin(), text.end(), buffer.begin());
    in6_addr address{};
    if (inet_pton(AF_INET6, buffer.data(), &address) != 1) {
        return 0;
    }
    inet_ntop(AF_INET6, &address, buffer.data(), static_cast<socklen_t>(buffer.size()));
    const std::size_t size = std::strlen(buffer.data());
    std::copy_n(buffer.begin(), size, target);
    return size;
}

}  // namespace

std::optional<Authority> split_authority(std::string_view text) {
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (host_end == std::string_view::npos) {
        return std::nullopt;
    }
    std::optional<Authority> authority{std::in_place};
    const std::size_t size = bracketed
                                 ? write_v6(text.substr(1, host_end - 1), authority->text_.data())
                                 : write_name(text.substr(0, host_end), authority->text_.data());
    if (size == 0) {
        return std::nullopt;
    }
    authority->size_ = static_cast<std::uint8_t>(size);
    const std::string_view rest = text.substr(host_end + (bracketed ? 1 : 0));
    if (rest.empty()) {
        return authority;
    }
    if (rest.front() != ':') {
        return std::nullopt;
    }
    if (rest.size() == 1) {
        return authority;
    }
    authority->port_ = port_of(rest.substr(1));
    if (authority->port_ == 0) {
        return std::nullopt;
    }
    return authority;
}

std::string_view plain_authority(std::string_view text, std::string& storage) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.ends_with(']')) {
        return text;  // the last colon, if there is one, is inside an address
    }
    const std::string_view port = text.substr(colon + 1);
    if (port.empty()) {
        return text.substr(0, colon);
    }
    if (port.front() != '0') {
        return text;
    }
    return storage.assign(text.substr(0, colon + 1)).append(without_zeros(port));
}

}  // namespace portcullis::http
