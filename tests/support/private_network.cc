#include "tests/support/private_network.h"

#include "base/fd.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <fstream>
#include <sched.h>
#include <string>
#include <unistd.h>

namespace portcullis::test {

namespace {

// Being root in a new user namespace needs only this process's own maps (user_namespaces(7)).
void map_to_root(uid_t user, gid_t group) {
    std::ofstream{"/proc/self/setgroups"} << "deny";
    std::ofstream{"/proc/self/uid_map"} << "0 " << user << " 1";
    std::ofstream{"/proc/self/gid_map"} << "0 " << group << " 1";
}

Result<Entered> bring_loopback_up() {
    const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (!socket || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) {
        return errno_error("cannot bring the loopback interface up");
    }
    return Entered{};
}

// These belong to the namespace, not to the machine. Where /proc/sys is read-only the defaults
// serve as well.
void allow_many_connections() {
    std::ofstream{"/proc/sys/net/ipv4/ip_local_port_range"} << "10000 65000";
    std::ofstream{"/proc/sys/net/ipv4/tcp_max_tw_buckets"} << "20000";
    std::ofstream{"/proc/sys/net/core/somaxconn"} << "4096";
}

}  // namespace

Result<Entered> enter_private_network() {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(user == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0) {
        return errno_error("cannot make a network namespace");
    }
    if (user != 0) {
        map_to_root(user, group);
    }
    allow_many_connections();
    return bring_loopback_up();
}

}  // namespace portcullis::test
