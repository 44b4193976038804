// The user that the process serves as. It becomes that user before it opens anything, so that what
// the start can read and write, a reload and an upgrade can as well: the only right that a start
// has beyond them is to bind port 443 (and to enter the overlay), and it ends with the start.
//
//   root --become_serving_user()--> user, may bind --drop_capabilities()--> user, may nothing more
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <span>
#include <string>

namespace portcullis {

struct ServingUser {
    uid_t uid = 0;
    gid_t gid = 0;  // its primary group
};

struct UserChoice {
    std::string name;  // of the user to become
    bool is_explicit =
        false;  // the operator named it; else a process that is not root stays who it is
    bool allow_root = false;  // stay root
};

inline constexpr const char* kDefaultUser = "portcullis";

// From the machine's list of users. The error says how such a user is made.
Result<ServingUser> find_user(const std::string& name);

// Leaves root for that user and its primary group, without supplementary groups, and keeps these
// capabilities (of capabilities(7)) of those that the process has. A process that is not root stays
// who it is, but keeps no supplementary group either. The parent-death signal stays set. Call
// before any thread is started.
//
// Fails, so that nothing is served, when the user does not exist or is root, and when a group or
// the user cannot be given up. Afterwards the process may have changed in part: it must end.
Result<void> become_serving_user(const UserChoice& choice, std::span<const int> capabilities);

}  // namespace portcullis
