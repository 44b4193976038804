// What systemd offers a service, by its plain datagram protocol (sd_notify(3), sd_listen_fds(3),
// sd_pid_notify_with_fds(3)): saying that it is ready, and keeping descriptors beyond the process's
// end. A kept descriptor survives kill -9, and the next process goes on with the very same one.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis {

class ServiceManager {
  public:
    // Reads NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES
    // and removes them from the environment. Takes over the descriptors that were kept, once in a
    // process's life.
    static ServiceManager from_environment();

    // There is one to talk to.
    [[nodiscard]] bool present() const { return !address_.empty(); }

    // What NOTIFY_SOCKET said, for a process that is to talk to it, too; empty when there is none.
    [[nodiscard]] const std::string& address() const { return address_; }

    // It ends this process when it was not told "WATCHDOG=1" for so long (sd_watchdog_enabled(3));
    // zero: it does not.
    [[nodiscard]] std::chrono::microseconds watchdog() const { return watchdog_; }

    // The variables by which a process that takes this one's place finds it.
    [[nodiscard]] std::vector<std::string> environment() const;

    // The descriptor that was kept under this name; empty when there is none. Others stay.
    Fd take_kept(std::string_view name);

    // Keeps a copy under this name. Every call adds one: forget() the old ones first.
    Result<void> keep(std::string_view name, int fd) const;
    Result<void> forget(std::string_view name) const;

    // "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=a sentence", or lines of them. Nothing
    // happens without a manager.
    Result<void> notify(std::string_view state) const;

    // What to notify() of when reloading begins: with the time, to tell an old "ready" from the one
    // to come (sd_notify(3)).
    static std::string reloading();

  private:
    Result<void> send(const std::string& state, int fd) const;

    std::chrono::microseconds watchdog_{};
    std::string address_;  // of the datagram socket; "@..." is an abstract one
    std::vector<std::pair<std::string, Fd>> kept_;
};

}  // namespace portcullis
