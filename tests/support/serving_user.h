// Who portcullis-proxy serves as in tests: the user "nobody", which every machine has, because
// production does not serve as root either. Where this process cannot become another user (in a
// user namespace that knows only one) it stays root.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::test {

struct ServingUser {
    uid_t uid = 0;
    gid_t gid = 0;
};

// Empty: it stays root.
std::optional<ServingUser> serving_user();

// The command line's options that say so, and a whole command line with them.
std::vector<std::string> serving_options();
std::vector<std::string> proxy_command(const std::filesystem::path& configuration);

// Lets that user's group read what is at path, and write into it when it is a folder, as an
// operator does (root:portcullis). Nothing happens where the proxy stays root.
void share_with_serving_user(const std::filesystem::path& path);

// program() where that user can execute it, which an upgrade does: a copy when the build is in a
// folder that is closed to others.
std::filesystem::path serving_program();

}  // namespace portcullis::test
