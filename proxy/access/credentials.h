// A user's name and password as a request brings them (RFC 7617).
#pragma once

#include "proxy/http/head.h"

#include <optional>
#include <string>

namespace portcullis::access {

struct Credentials {
    Credentials() = default;
    Credentials(Credentials&&) = default;
    Credentials& operator=(Credentials&&) = default;
    ~Credentials();  // leaves no password in memory

    std::string user;
    std::string password;
};

// Of the one Authorization field of scheme Basic. Empty when there is none, more than one, or it
// is malformed: base64 without its form, no colon, control characters, or more than 1 KiB.
std::optional<Credentials> credentials(const http::RequestHead& head);

}  // namespace portcullis::access
