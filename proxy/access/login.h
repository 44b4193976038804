// Whether a request comes from one of a route's users.
#pragma once

#include "config/users.h"
#include "proxy/access/hashing.h"
#include "proxy/access/password_cache.h"
#include "proxy/http/head.h"

namespace portcullis::access {

enum class Login : std::uint8_t {
    none,   // no credentials, or none that can be read
    wrong,  // no such user, or another password
    right,
    busy,         // too many passwords wait to be hashed
    client_busy,  // too many of this client's do
};

// What a worker needs to tell.
struct Passwords {
    explicit Passwords(stream::Loop& loop) : hashing{loop} {}

    PasswordCache cache;
    Hashing hashing;
};

// head need not outlive the first wait; users must live until the task is done. A user who does not
// exist takes as long as one who does, so that nobody can ask for names. client: as
// Hashing::compare() has it.
Task<Login> check_login(const http::RequestHead& head, const Users& users,
                        std::optional<ClientKeys> client, Passwords& passwords);

}  // namespace portcullis::access
