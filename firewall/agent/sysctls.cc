#include "firewall/agent/sysctls.h"

#include "base/fd.h"
#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

Result<void> write_sysctl(const std::filesystem::path& path, const std::string& value) {
    const Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file || ::write(file.get(), value.data(), value.size()) < 0) {
        return errno_error("cannot set " + path.string() + " to " + value);
    }
    return {};
}

}  // namespace

std::vector<SysctlNeed> sysctl_needs(bool serves, bool tracked) {
    std::vector<SysctlNeed> needs;
    if (serves) {
        needs.push_back(
            {"net/ipv4/tcp_syncookies",
             {"1", "2"},
             "a flood of SYNs fills the listener's queue, and without cookies nobody gets in"});
    }
    if (serves && tracked) {
        needs.push_back(
            {"net/netfilter/nf_conntrack_tcp_loose",
             {"0"},
             "synproxy's handshakes hang when tracking picks up connections in their middle"});
        for (const char* state : {"syn_sent", "syn_recv"}) {
            needs.push_back({fmt::format("net/netfilter/nf_conntrack_tcp_timeout_{}", state),
                             {"10"},
                             "half-open connections of a flood fill the tracking table",
                             false});
        }
    }
    return needs;
}

SysctlResult ensure_sysctl(const SysctlNeed& need, const std::filesystem::path& root) {
    const std::filesystem::path path = root / need.path;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return {SysctlOutcome::absent, {}, {}};
    }
    auto found = read_file(path, 4096);
    if (!found) {
        return {SysctlOutcome::failed, {}, found.error().text};
    }
    found->erase(found->find_last_not_of(" \n") + 1);
    if (std::find(need.good.begin(), need.good.end(), *found) != need.good.end()) {
        return {SysctlOutcome::good, *found, {}};
    }
    if (const auto written = write_sysctl(path, need.good.front()); !written) {
        return {SysctlOutcome::failed, *found,
                fmt::format("{}; it is {}, and {}", written.error().text, *found, need.reason)};
    }
    return {
        SysctlOutcome::changed, *found,
        fmt::format("{} set from {} to {}: {}", need.path, *found, need.good.front(), need.reason)};
}

}  // namespace portcullis::firewall
