#include "proxy/upgrade/spawn.h"

#include "base/file.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

namespace portcullis::upgrade {
namespace {

constexpr std::size_t kArgumentBytesMax = 1U << 20U;
constexpr int kOutOfTheWay = 100;  // no number that is given to a child

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const std::string& text : texts) {
        result.push_back(const_cast<char*>(text.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

std::string_view name_of(std::string_view variable) {
    return variable.substr(0, variable.find('='));
}

std::vector<std::string> environment(const Command& command) {
    std::vector<std::string> all = command.environment;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const bool ours =
            std::any_of(command.environment.begin(), command.environment.end(),
                        [&](const std::string& own) { return name_of(own) == name_of(*variable); });
        if (!ours) {
            all.emplace_back(*variable);
        }
    }
    return all;
}

}  // namespace

std::vector<std::string> own_arguments() {
    const auto read = read_file("/proc/self/cmdline", kArgumentBytesMax);
    const std::string text = read ? *read : "";
    std::vector<std::string> arguments;
    for (std::size_t at = 0; at < text.size(); at += arguments.back().size() + 1) {
        arguments.emplace_back(text.c_str() + at);
    }
    return arguments;
}

Result<pid_t> spawn(const Command& command, std::span<const int> fds) {
    const auto arguments = pointers(command.arguments);
    const auto texts = environment(command);
    const auto variables = pointers(texts);
    std::vector<Fd> copies;  // whose numbers are not among those that are given
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int number = kFirstFd;
    for (const int fd : fds) {
        copies.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, kOutOfTheWay));
        posix_spawn_file_actions_adddup2(&actions, copies.back().get(), number++);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, number);
    // As its main() would have it (base/signals.h), but from its very first moment.
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2}) {
        sigaddset(&held, signal);
    }
    posix_spawnattr_setsigmask(&attributes, &held);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, arguments.front(), &actions, &attributes,
                                     arguments.data(), variables.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return failure("cannot start " + command.arguments.front() + ": " + std::strerror(error));
    }
    return pid;
}

Result<Fd> take_handed(const char* variable) {
    const char* const value = std::getenv(variable);
    if (value == nullptr) {
        return Fd{};
    }
    const std::string text = value;
    ::unsetenv(variable);
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) {
        return failure(std::string{variable} + " names no descriptor");
    }
    return Fd{number};
}

}  // namespace portcullis::upgrade
