#include "tests/support/net_namespace.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <stdexcept>
#include <unistd.h>

namespace portcullis::test {

namespace {

constexpr Timeout kSlow = 60s;  // nft lists 65,535 ports, on a busy machine

[[noreturn]] void refuse(const std::string& what) {
    throw std::runtime_error{what + ": " + std::strerror(errno)};
}

void enter(int fd) {
    if (::setns(fd, CLONE_NEWNET) != 0) {
        refuse("cannot enter a network namespace");
    }
}

void bring_loopback_up() {
    const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (!socket || ::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) {
        refuse("cannot bring the loopback interface up");
    }
}

}  // namespace

NetNamespace NetNamespace::here() {
    return at("/proc/thread-self/ns/net");
}

NetNamespace NetNamespace::at(const std::string& file) {
    Fd fd{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) {
        refuse("cannot hold the network namespace of " + file);
    }
    return NetNamespace{std::move(fd)};
}

NetNamespace::NetNamespace() {
    const NetNamespace back = here();
    if (::unshare(CLONE_NEWNET) != 0) {
        refuse("cannot make a network namespace");
    }
    bring_loopback_up();
    fd_ = std::move(here().fd_);
    enter(back.fd());
}

std::string NetNamespace::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd());
}

std::string NetNamespace::must(std::vector<std::string> argv, std::string_view input) const {
    const Ended ended = run(argv, input);
    if (ended.exit_code != 0) {
        std::string line;
        for (const std::string& word : argv) {
            line += word + " ";
        }
        throw std::runtime_error{line + "failed: " + ended.out + ended.err};
    }
    return ended.out;
}

Ended NetNamespace::run(std::vector<std::string> argv, std::string_view input) const {
    const Inside inside{*this};
    return test::run({.argv = std::move(argv), .input = std::string{input}}, kSlow);
}

// /proc/sys/net shows the namespace of the thread that opens the file.
void NetNamespace::set(std::string_view sysctl, std::string_view value) const {
    const Inside inside{*this};
    std::ofstream file{"/proc/sys/" + std::string{sysctl}};
    file << value << std::flush;
    if (!file) {
        throw std::runtime_error{"cannot set " + std::string{sysctl}};
    }
}

Inside::Inside(const NetNamespace& there) : back_{NetNamespace::here()} {
    enter(there.fd());
}

Inside::~Inside() {
    ::setns(back_.fd(), CLONE_NEWNET);
}

}  // namespace portcullis::test
