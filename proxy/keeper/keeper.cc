#include "proxy/keeper/keeper.h"

#include "base/log.h"
#include "base/signals.h"
#include "proxy/keeper/kept.h"
#include "proxy/keeper/message.h"
#include "proxy/upgrade/spawn.h"
#include "proxy/upgrade/successor.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <signal.h>
#include <unistd.h>

namespace portcullis::keeper {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::chrono::seconds kTellAgain{10};  // a proxy that could not be renewed

std::string variable(const char* name, int fd) {
    return std::string{name} + "=" + std::to_string(fd);
}

int exit_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int Keeper::run() {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD}) {
        signals_.add(signal);
    }
    await_signal();
    heartbeat_.start();
    begin();
    release_signals({SIGHUP, SIGUSR1, SIGUSR2});
    await_look();
    io_.run();
    return status_;
}

// Once there is an overlay. It may come later than this process, as after a reboot.
void Keeper::begin() {
    config_ = configured_overlay(file_).value_or(config_);
    if (const auto overlay = open_overlay(config_); !overlay) {
        if (overlay.error().text != trouble_) {
            trouble_ = overlay.error().text;
            log_warning("keeper", "overlay: " + trouble_ + "; nothing is served until it is there");
            (void)manager_.notify("STATUS=waits for the overlay: " + trouble_);
        }
        return;
    }
    trouble_.clear();
    if (const auto started = start({}); !started) {
        log_error("keeper", started.error().text);
        status_ = 1;
        io_.stop();
    }
}

Result<pid_t> Keeper::start(const Fd& handover) {
    config_ = configured_overlay(file_).value_or(config_);
    auto overlay = open_overlay(config_);
    if (!overlay) {
        return failure("overlay: " + overlay.error().text);
    }
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
        return errno_error("cannot make a socket for the proxy");
    }
    Fd ours{pair[0]};
    const Fd theirs{pair[1]};
    upgrade::Command command{arguments_,
                             {variable(kKeeperVariable, upgrade::kFirstFd),
                              variable(kOverlayVariable, upgrade::kFirstFd + 1)}};
    if (manager_.present()) {
        command.environment.push_back("NOTIFY_SOCKET=" + manager_.address());
    }
    std::vector<int> fds{theirs.get(), overlay->netns.get()};
    if (handover) {
        command.environment.push_back(variable(upgrade::kVariable, upgrade::kFirstFd + 2));
        fds.push_back(handover.get());
    }
    const auto pid = upgrade::spawn(command, fds);
    if (!pid) {
        return pid.error();
    }
    children_.push_back(
        {*pid, overlay->identity, boost::asio::posix::stream_descriptor{io_, ours.release()}});
    await_request(children_.back());
    return *pid;
}

void Keeper::await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) {
            await_signal();
            on_signal(signal);
        }
    });
}

void Keeper::on_signal(int signal) {
    if (signal == SIGCHLD) {
        return reap();
    }
    // A proxy that drains writes to its log as well.
    if (children_.empty() && (signal == SIGTERM || signal == SIGINT)) {
        return io_.stop();
    }
    const bool to_all = signal == SIGTERM || signal == SIGINT || signal == SIGUSR1;
    for (const Child& child : children_) {
        if (to_all || &child == &children_.back()) {
            ::kill(child.pid, signal);
        }
    }
}

void Keeper::await_request(Child& child) {
    child.socket.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                            [this, pid = child.pid](const boost::system::error_code& error) {
                                if (!error) {
                                    on_request(pid);
                                }
                            });
}

void Keeper::on_request(pid_t pid) {
    const auto child = std::find_if(children_.begin(), children_.end(),
                                    [pid](const Child& one) { return one.pid == pid; });
    if (child == children_.end()) {
        return;
    }
    const int socket = child->socket.native_handle();
    const auto request = receive_message(socket, std::chrono::milliseconds{0});
    if (!request) {
        return;  // it has ended, or is about to
    }
    const auto started = pid == children_.back().pid
                             ? start(request->fd)
                             : Result<pid_t>{failure("another process is to take over already")};
    (void)send_message(socket, started ? std::to_string(*started) : started.error().text);
    await_request(*child);
}

void Keeper::await_look() {
    look_.expires_after(kLookEvery);
    look_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            look();
            await_look();
        }
    });
}

// Without an overlay there is nowhere to go: the proxy stays where it is until there is one.
void Keeper::look() {
    if (children_.empty()) {
        return begin();
    }
    const auto overlay = open_overlay(config_);
    const std::string trouble = overlay ? "" : overlay.error().text;
    if (trouble != trouble_ && !trouble.empty()) {
        log_warning("keeper", "overlay: " + trouble + "; the proxy stays in the one before");
    }
    trouble_ = trouble;
    const auto now = std::chrono::steady_clock::now();
    if (overlay && overlay->identity != children_.back().overlay &&
        (!told_ || now - *told_ >= kTellAgain)) {
        told_ = now;
        log_info("keeper", "the overlay is another one: the proxy is renewed");
        ::kill(children_.back().pid, SIGUSR2);
    }
}

void Keeper::reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        const auto at = std::find_if(children_.begin(), children_.end(),
                                     [pid](const Child& child) { return child.pid == pid; });
        if (at == children_.end()) {
            continue;
        }
        children_.erase(at);
        if (children_.empty()) {
            status_ = exit_status(status);
            io_.stop();
        }
    }
}

}  // namespace portcullis::keeper
