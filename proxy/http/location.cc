#include "proxy/http/location.h"

#include "proxy/http/characters.h"

namespace portcullis::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

// pchar of RFC 3986, 3.3, with the slash; a percent sign begins an escape that is there already.
bool is_path_char(char c) {
    const char folded = lower(c);
    return (folded >= 'a' && folded <= 'z') || is_digit(c) ||
           std::string_view{"-._~!$&'()*+,;=:@/%"}.find(c) != std::string_view::npos;
}

void append_escaped(std::string& out, std::string_view text, std::string_view more) {
    for (const char c : text) {
        if (is_path_char(c) || more.find(c) != std::string_view::npos) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
}

void append_host(std::string& out, std::string_view host) {
    const bool v6 = host.find(':') != std::string_view::npos;
    out.append(v6 ? "[" : "").append(host).append(v6 ? "]" : "");
}

}  // namespace

void write_location(std::string& out, std::string_view target, std::string_view host,
                    std::string_view path, std::string_view query) {
    while (!target.empty()) {
        if (target.starts_with("{host}")) {
            append_host(out, host);
            target.remove_prefix(6);
        } else if (target.starts_with("{path}")) {
            while (path.starts_with("//")) {
                path.remove_prefix(1);
            }
            append_escaped(out, path, "");
            target.remove_prefix(6);
        } else if (target.starts_with("{query}")) {
            append_escaped(out, query, "?");
            target.remove_prefix(7);
        } else {
            out.push_back(target.front());
            target.remove_prefix(1);
        }
    }
}

}  // namespace portcullis::http
