// Who listens on a TCP port of this network namespace.
#pragma once

#include "config/types/address.h"
#include "firewall/netlink/answer.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct Listener {
    IpAddress address;
    uid_t uid = 0;
    std::uint64_t inode = 0;
    std::uint64_t cgroup = 0;   // id of its control group; 0 where the kernel does not tell
    std::vector<pid_t> pids{};  // that hold it; empty: none that we may see

    bool operator==(const Listener&) const = default;
};

// Sockets in the state LISTEN on this port, both families, as sock_diag tells them. Matching them
// to processes reads /proc/PID/fd of every process: milliseconds for hundreds of them.
Answer<std::vector<Listener>> listeners(std::uint16_t port);

}  // namespace portcullis::firewall
