#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace portcullis {
namespace {

constexpr int kFirstFd = 3;  // SD_LISTEN_FDS_START
constexpr int kFdsMax = 1024;

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                    : std::nullopt;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    ServiceManager manager;
    manager.address_ = take_variable("NOTIFY_SOCKET");
    const auto watched = number(take_variable("WATCHDOG_PID"));
    const auto microseconds = number(take_variable("WATCHDOG_USEC"));
    if (microseconds && (!watched || watched == ::getpid())) {
        manager.watchdog_ = std::chrono::microseconds{std::max(*microseconds, std::int64_t{0})};
    }
    const auto pid = number(take_variable("LISTEN_PID"));
    const auto count = number(take_variable("LISTEN_FDS")).value_or(0);
    std::string names = take_variable("LISTEN_FDNAMES");
    if (pid != ::getpid()) {
        return manager;  // meant for the process that started us
    }
    for (std::int64_t i = 0; i < std::clamp<std::int64_t>(count, 0, kFdsMax); ++i) {
        const std::size_t colon = std::min(names.find(':'), names.size());
        const int fd = kFirstFd + static_cast<int>(i);
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
            manager.kept_.emplace_back(names.substr(0, colon), Fd{fd});
        }
        names.erase(0, colon + 1);
    }
    return manager;
}

std::vector<std::string> ServiceManager::environment() const {
    std::vector<std::string> variables;
    if (present()) {
        variables.push_back("NOTIFY_SOCKET=" + address_);
    }
    if (watchdog_.count() > 0) {
        variables.push_back("WATCHDOG_USEC=" + std::to_string(watchdog_.count()));
    }
    return variables;
}

Fd ServiceManager::take_kept(std::string_view name) {
    const auto found = std::find_if(kept_.begin(), kept_.end(),
                                    [name](const auto& kept) { return kept.first == name; });
    if (found == kept_.end()) {
        return {};
    }
    Fd fd = std::move(found->second);
    kept_.erase(found);
    return fd;
}

Result<void> ServiceManager::keep(std::string_view name, int fd) const {
    return send("FDSTORE=1\nFDNAME=" + std::string{name}, fd);
}

Result<void> ServiceManager::forget(std::string_view name) const {
    return send("FDSTOREREMOVE=1\nFDNAME=" + std::string{name}, -1);
}

Result<void> ServiceManager::notify(std::string_view state) const {
    return send(std::string{state}, -1);
}

std::string ServiceManager::reloading() {
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
    return "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count());
}

Result<void> ServiceManager::send(const std::string& state, int fd) const {
    if (!present()) {
        return {};
    }
    sockaddr_un address{};
    if (address_.size() >= sizeof address.sun_path) {
        return failure("NOTIFY_SOCKET is longer than a socket's path may be");
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, address_.data(), address_.size());
    if (address_.front() == '@') {
        address.sun_path[0] = '\0';
    }
    iovec text{const_cast<char*>(state.data()), state.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
    msghdr message{};
    message.msg_name = &address;
    message.msg_namelen = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    if (fd >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    const Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket || ::sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0) {
        return errno_error("cannot tell the service manager " + state.substr(0, state.find('\n')));
    }
    return {};
}

}  // namespace portcullis
