// A file of users with hashed passwords, for basic authentication.
#pragma once

#include "base/result.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

struct Users {
    std::map<std::string, std::string, std::less<>> hashes;  // of crypt(3), by user
    // Some of these hashes, of all kinds in about their proportion: what the password of a user who
    // does not exist is compared with.
    std::vector<std::string> decoys = {};
};

// Lines of "user:hash", as htpasswd -B and mkpasswd write them; empty ones and those that begin
// with
// '#' are passed over. The hash is bcrypt, SHA-512 or yescrypt, in a form whose cost is bounded.
// Fails for anything else, naming the line, never the hash.
Result<Users> parse_users(std::string_view text);

}  // namespace portcullis
