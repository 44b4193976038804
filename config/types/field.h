// Header fields that a route sets, removes or copies, and what their names mean to the services
// behind us.
#pragma once

#include "base/result.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace portcullis {

// A name's character as a service may read it: CGI, WSGI, PHP and their kin know no other separator
// than one, and turn X_User, X-User and X.User into the same HTTP_X_USER.
constexpr char folded(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        return c;
    }
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : '-';
}

// Whether a service may take the two names for one. This decides wherever a name says what a client
// may tell a service: what is removed, set, or said by us alone. A comparison that knows fewer
// spellings leaves a client one that it can say such a thing with.
constexpr bool same_folded(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return folded(x) == folded(y);
           });
}

// Headers that services believe although any client can write them: they are removed from requests
// unless a route's trusted_headers names them.
enum class Believed : std::uint8_t {
    no,
    request,  // X-HTTP-Method-Override and the like: another method or path than the one judged
    client,   // CF-Connecting-IP, Client-Cert and the like: who the client is
};

Believed believed_field(std::string_view name);

// A token (RFC 9110, 5.6.2) of at most 256 bytes.
Result<void> check_field_name(std::string_view name);
// Visible characters, spaces and tabs between them (RFC 9110, 5.5), so that no value can end its
// line.
Result<void> check_field_value(std::string_view value);

// A value for Host: a name or an address, and a port if need be (RFC 9110, 7.2).
Result<void> check_host_value(std::string_view value);

// Why a route must not touch this field, or empty: fields that frame a message, that end at the
// next hop, or that say who the client is are written by the proxy alone. Names are compared as by
// same_folded().
std::string_view reserved_field(std::string_view name);

// The same name, for HTTP: letter case does not count.
bool same_field(std::string_view a, std::string_view b);

}  // namespace portcullis
