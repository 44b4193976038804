// Starting a program that is handed descriptors, and nothing else that is open here.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace portcullis::upgrade {

struct Command {
    std::vector<std::string> arguments;    // the program first, found as a shell finds it
    std::vector<std::string> environment;  // NAME=VALUE, in place of our own of that name
};

// How this process was started.
std::vector<std::string> own_arguments();

// The descriptors are numbered from kFirstFd on there, in this order. SIGHUP, SIGUSR1 and SIGUSR2
// are held until the program releases them (base/signals.h), because a keeper passes them on to a
// process that has hardly begun; no other signal is blocked.
constexpr int kFirstFd = 3;
Result<pid_t> spawn(const Command& command, std::span<const int> fds);

// A descriptor that this process was handed under its number in the environment's variable; that is
// removed. Empty without the variable.
Result<Fd> take_handed(const char* variable);

}  // namespace portcullis::upgrade
