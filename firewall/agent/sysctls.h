// Kernel settings without which the rules do not do what they say. They are set when they must be,
// with the reason in the log, and stay when the process ends: setting them back would open what
// they close.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct SysctlNeed {
    std::string path;               // below /proc/sys: "net/ipv4/tcp_syncookies"
    std::vector<std::string> good;  // any of these will do; the first is what is set
    std::string reason;
    bool needed = true;  // false: the rules hold without it, and are better with it
};

// tracked: connections to 443 go through connection tracking (published, or edge without its
// listener).
std::vector<SysctlNeed> sysctl_needs(bool serves, bool tracked);

enum class SysctlOutcome : std::uint8_t { good, changed, failed, absent };

struct SysctlResult {
    SysctlOutcome outcome{};
    std::string found;     // before; empty when absent
    std::string sentence;  // what was done and why, or why it could not be; empty when good
};

// absent: the kernel has no such setting, because its module is not loaded; then nothing uses it.
SysctlResult ensure_sysctl(const SysctlNeed& need, const std::filesystem::path& root = "/proc/sys");

}  // namespace portcullis::firewall
