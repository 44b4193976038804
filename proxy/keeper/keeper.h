// The process that keeps what the proxy gives up: the right to bind 443 and to enter the overlay's
// network namespace. It reads nothing from a network. It starts the proxy, and its successor when
// the proxy asks for one, each in the overlay as it is then; and it asks the proxy for an upgrade
// when the overlay's container has been replaced. Started before there is an overlay, it waits.
//
//   signals go on to the proxy that serves; SIGTERM, SIGINT and SIGUSR1 go to all
//   the last proxy ends --> so does this process, with its exit status
#pragma once

#include "base/heartbeat.h"
#include "config/discovery_model.h"
#include "proxy/keeper/overlay.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::keeper {

class Keeper {
  public:
    // arguments: the proxy, and how it is started. file: the configuration, read anew at each start
    // for where the overlay is; overlay: what it says now.
    Keeper(std::vector<std::string> arguments, std::filesystem::path file, OverlayConfig overlay)
        : arguments_{std::move(arguments)}, file_{std::move(file)}, config_{std::move(overlay)} {}

    // Until the proxy has ended. Returns the process's exit status.
    int run();

  private:
    struct Child {
        pid_t pid = 0;
        std::uint64_t overlay = 0;  // that it is in
        boost::asio::posix::stream_descriptor socket;
    };

    // handover: the socket of the process whose place is taken, or empty.
    void begin();
    Result<pid_t> start(const Fd& handover);
    void await_signal();
    void on_signal(int signal);
    void await_request(Child& child);
    void on_request(pid_t pid);
    void await_look();
    void look();
    void reap();

    std::vector<std::string> arguments_;
    std::filesystem::path file_;
    OverlayConfig config_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    boost::asio::steady_timer look_{io_};
    ServiceManager manager_ = ServiceManager::from_environment();
    Heartbeat heartbeat_{io_, manager_};
    std::list<Child> children_;  // the one that serves, or is about to, at the end
    std::optional<std::chrono::steady_clock::time_point> told_;  // to leave its overlay, last
    std::string trouble_;                                        // with the overlay, told once
    int status_ = 0;
};

}  // namespace portcullis::keeper
