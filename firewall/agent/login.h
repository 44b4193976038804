// Where an operator sits: the login to which a process belongs, found in /proc by walking from the
// process to its ancestors, so that neither sudo (which drops SSH_CONNECTION) nor a terminal
// multiplexer (which outlives connections) hides it.
#pragma once

#include "base/result.h"
#include "config/types/address.h"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::firewall {

// One TCP connection to a shell: the client's end and ours.
struct SshConnection {
    SocketAddress client;
    SocketAddress server;

    // sshd's SSH_CONNECTION: "client address, client port, server address, server port", by spaces.
    static std::optional<SshConnection> parse(std::string_view text);

    bool operator==(const SshConnection&) const = default;
};

// Since the machine was booted, in the kernel's clock ticks (proc(5), stat, starttime).
using BootTicks = std::uint64_t;

struct Login {
    // Of the outermost ancestor that has one; empty: a console, or a service manager's child.
    std::optional<SshConnection> ssh;
    // When that ancestor began, or, without one, the outermost ancestor below process 1.
    BootTicks began = 0;
};

// Fails when the process is gone or cannot be looked at.
Result<Login> login_of(pid_t process, const std::filesystem::path& proc = "/proc");

BootTicks boot_ticks_now();

// "uid 0 pid 912 comm nft": for the audit log. A process that is gone has comm "?".
std::string describe_process(uid_t uid, pid_t pid, const std::filesystem::path& proc = "/proc");

}  // namespace portcullis::firewall
