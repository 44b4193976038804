#include "firewall/agent/login.h"

#include "base/file.h"

#include <charconv>
#include <ctime>
#include <fmt/format.h>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace portcullis::firewall {
namespace {

constexpr std::string_view kVariable = "SSH_CONNECTION=";
constexpr std::size_t kEnvironmentMax = 4U << 20U;  // execve(2) takes no more from most shells
constexpr int kAncestorsMax = 1000;  // /proc is not read at one instant: no endless walk

struct Process {
    pid_t parent = 0;
    BootTicks began = 0;
};

// "912 (comm, which may hold spaces and parentheses) S 1 ..." (proc(5)); after the last parenthesis
// the state is field 3, the parent 4, the start 22.
Result<Process> read_process(const std::filesystem::path& proc, pid_t pid) {
    const auto text = read_file(proc / std::to_string(pid) / "stat", 8192);
    if (!text) {
        return text.error();
    }
    std::istringstream rest{text->substr(text->rfind(')') + 1)};
    Process process;
    std::string skipped;
    rest >> skipped >> process.parent;
    for (int field = 5; field < 22; ++field) {
        rest >> skipped;
    }
    rest >> process.began;
    if (!rest) {
        return failure("cannot understand " + (proc / std::to_string(pid) / "stat").string());
    }
    return process;
}

std::optional<SshConnection> ssh_of(const std::filesystem::path& proc, pid_t pid) {
    const auto environment = read_file(proc / std::to_string(pid) / "environ", kEnvironmentMax);
    if (!environment) {
        return {};  // a kernel thread, or gone
    }
    for (std::size_t at = 0; at < environment->size();) {
        const std::size_t end = std::min(environment->find('\0', at), environment->size());
        const std::string_view entry = std::string_view{*environment}.substr(at, end - at);
        if (entry.starts_with(kVariable)) {
            return SshConnection::parse(entry.substr(kVariable.size()));
        }
        at = end + 1;
    }
    return {};
}

}  // namespace

std::optional<SshConnection> SshConnection::parse(std::string_view text) {
    std::istringstream words{std::string{text}};
    std::vector<std::string> parts;
    for (std::string word; words >> word;) {
        parts.push_back(word.substr(0, word.find('%')));  // fe80::1%eth0
    }
    if (parts.size() != 4) {
        return {};
    }
    const auto end = [](const std::string& address, const std::string& port) {
        return SocketAddress::parse(address.find(':') == std::string::npos
                                        ? fmt::format("{}:{}", address, port)
                                        : fmt::format("[{}]:{}", address, port));
    };
    const auto client = end(parts[0], parts[1]);
    const auto server = end(parts[2], parts[3]);
    if (!client || !server) {
        return {};
    }
    return SshConnection{*client, *server};
}

Result<Login> login_of(pid_t process, const std::filesystem::path& proc) {
    Login login;
    pid_t pid = process;
    for (int i = 0; pid > 1 && i < kAncestorsMax; ++i) {
        const auto read = read_process(proc, pid);
        if (!read) {
            return read.error();
        }
        if (auto ssh = ssh_of(proc, pid)) {
            login = {ssh, read->began};
        } else if (!login.ssh) {
            login.began = read->began;
        }
        pid = read->parent;
    }
    if (process <= 0) {
        return failure("the process that asks cannot be seen from here");
    }
    return login;
}

BootTicks boot_ticks_now() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const auto per_second = static_cast<BootTicks>(::sysconf(_SC_CLK_TCK));
    return static_cast<BootTicks>(now.tv_sec) * per_second +
           static_cast<BootTicks>(now.tv_nsec) * per_second / 1'000'000'000U;
}

std::string describe_process(uid_t uid, pid_t pid, const std::filesystem::path& proc) {
    auto comm = read_file(proc / std::to_string(pid) / "comm", 64);
    if (comm && comm->ends_with('\n')) {
        comm->pop_back();
    }
    return fmt::format("uid {} pid {} comm {}", uid, pid, comm ? *comm : "?");
}

}  // namespace portcullis::firewall
