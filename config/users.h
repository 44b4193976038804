// A file of users with hashed passwords, for basic authentication.
#pragma once

#include "base/result.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace portcullis {

struct Users {
    std::map<std::string, std::string, std::less<>> hashes;  // of crypt(3), by user
};

// Lines of "user:hash", as htpasswd -B and mkpasswd write them; empty ones and those that begin
// with
// '#' are passed over. The hash is bcrypt, SHA-512 or yescrypt, in a form whose cost is bounded.
// Fails for anything else, naming the line, never the hash.
Result<Users> parse_users(std::string_view text);

}  // namespace portcullis
