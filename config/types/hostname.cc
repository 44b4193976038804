#include "config/types/hostname.h"

#include "config/types/address.h"
#include "config/types/quote.h"

#include <algorithm>

namespace portcullis {
namespace {

constexpr std::size_t kNameBytesMax = 253;
constexpr std::size_t kLabelBytesMax = 63;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_label_byte(char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    for (char& c : lowered) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return lowered;
}

// The reason why this label is not one; empty when it is.
std::string_view label_fault(std::string_view label) {
    if (label.empty()) {
        return "has an empty label";
    }
    if (label.size() > kLabelBytesMax) {
        return "has a label longer than 63 bytes";
    }
    if (!std::all_of(label.begin(), label.end(), is_label_byte)) {
        return "has a character that names do not have";
    }
    if (label.front() == '-' || label.back() == '-') {
        return "has a hyphen at an end of a label";
    }
    return {};
}

std::string_view last_label(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

std::string_view name_fault(std::string_view name) {
    if (name.size() > kNameBytesMax) {
        return "is longer than 253 bytes";
    }
    for (std::string_view rest = name;;) {
        const std::size_t dot = rest.find('.');
        if (const auto fault = label_fault(rest.substr(0, dot)); !fault.empty()) {
            return fault;
        }
        if (dot == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(dot + 1);
    }
    // No top-level domain is a number; what looks like an address but is none must not pass as a
    // name.
    const std::string_view last = last_label(name);
    if (std::all_of(last.begin(), last.end(), is_digit)) {
        return "ends in a number, and is not an IPv4 address";
    }
    return {};
}

// An IPv6 literal with or without its brackets, or an IPv4 literal, in its canonical text.
Result<std::string> canonical_address(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
        if (text.find(':') == std::string_view::npos) {
            return failure("only IPv6 addresses are written in brackets");
        }
    }
    const auto address = IpAddress::parse(text);
    if (!address) {
        return address.error();
    }
    return address->text();
}

}  // namespace

Result<std::string> canonical_hostname(std::string_view text) {
    if (text.empty()) {
        return failure("a host name is empty");
    }
    if (auto address = canonical_address(text)) {
        return address;
    }
    std::string name = lower(text);
    if (name.back() == '.') {
        name.pop_back();  // the root's dot: the same name (RFC 1034, 3.1)
    }
    if (const auto fault = name_fault(name); !fault.empty()) {
        return failure(in_quotes(text) + " is not a host name: it " + std::string{fault});
    }
    return name;
}

Result<HostPattern> HostPattern::parse(std::string_view text) {
    HostPattern pattern;
    pattern.wildcard_ = text.starts_with("*.");
    const std::string_view rest = pattern.wildcard_ ? text.substr(2) : text;
    if (rest.find('*') != std::string_view::npos) {
        return failure(
            in_quotes(text) +
            " has a star that is not the whole leftmost label; write it as *.example.com");
    }
    auto name = canonical_hostname(rest);
    if (!name) {
        return failure(name.error().text + "; write it as shop.example.com or *.example.com");
    }
    const bool address = !canonical_address(rest).has_error();
    if (pattern.wildcard_ && (address || name->find('.') == std::string::npos)) {
        return failure(in_quotes(text) +
                       " is too wide; a wildcard needs two labels behind it, as in *.example.com");
    }
    pattern.name_ = std::move(*name);
    return pattern;
}

bool HostPattern::matches_route(std::string_view canonical) const {
    if (!wildcard_) {
        return canonical == name_;
    }
    return canonical.size() > name_.size() + 1 && canonical.ends_with(name_) &&
           canonical[canonical.size() - name_.size() - 1] == '.';
}

bool HostPattern::matches_certificate(std::string_view canonical) const {
    return matches_route(canonical) &&
           (!wildcard_ || canonical.find('.') == canonical.size() - name_.size() - 1);
}

std::string HostPattern::text() const {
    return wildcard_ ? "*." + name_ : name_;
}

}  // namespace portcullis
