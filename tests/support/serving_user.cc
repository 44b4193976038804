#include "tests/support/serving_user.h"

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <sys/stat.h>

#include <fstream>
#include <pwd.h>
#include <unistd.h>

namespace portcullis::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "nobody";

// By user_namespaces(7): first of them here, first of them outside, how many.
bool is_mapped(uid_t uid) {
    std::ifstream map{"/proc/self/uid_map"};
    for (std::uint64_t first = 0, outside = 0, count = 0; map >> first >> outside >> count;) {
        if (uid >= first && uid < first + count) {
            return true;
        }
    }
    return false;
}

bool is_open_to_others(const fs::path& file) {
    for (fs::path at = file; at != at.root_path(); at = at.parent_path()) {
        if ((fs::status(at).permissions() & fs::perms::others_exec) == fs::perms::none) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<ServingUser> serving_user() {
    const passwd* const found = ::getpwnam(kName);
    if (::geteuid() != 0 || found == nullptr || !is_mapped(found->pw_uid)) {
        return std::nullopt;
    }
    return ServingUser{found->pw_uid, found->pw_gid};
}

std::vector<std::string> serving_options() {
    return serving_user() ? std::vector<std::string>{"--user", kName}
                          : std::vector<std::string>{"--allow-root"};
}

std::vector<std::string> proxy_command(const fs::path& configuration) {
    std::vector<std::string> command{serving_program().string(), "--config",
                                     configuration.string()};
    for (const std::string& option : serving_options()) {
        command.push_back(option);
    }
    return command;
}

void share_with_serving_user(const fs::path& path) {
    const auto user = serving_user();

    struct stat facts {};

    if (!user || ::stat(path.c_str(), &facts) != 0 ||
        ::chown(path.c_str(), facts.st_uid, user->gid) != 0) {
        return;
    }
    // Files that are made in the folder get its group, too.
    ::chmod(path.c_str(), S_ISDIR(facts.st_mode) ? 02770 : (facts.st_mode & 0777) | S_IRGRP);
}

fs::path serving_program() {
    const fs::path built = program("portcullis-proxy");
    if (!serving_user() || is_open_to_others(built)) {
        return built;
    }
    static const TempDir dir;
    fs::permissions(dir.path(), fs::perms{0755});
    const fs::path copy = dir.path() / built.filename();
    if (!fs::exists(copy)) {
        fs::copy_file(built, copy);
        fs::permissions(copy, fs::perms{0755});
    }
    return copy;
}

}  // namespace portcullis::test
