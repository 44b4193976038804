// The process: workers, signals, the access log, the admin socket, and what changes while they run.
//   SIGTERM, SIGINT  drain and end (a second one ends at once)
//   SIGHUP           read the configuration and the certificates anew; open the access log anew
//   SIGUSR1          open the access log anew
//   SIGUSR2          start the program anew, as it is on the disk, and leave serving to it
#pragma once

#include "base/heartbeat.h"
#include "base/http_socket.h"
#include "config/load.h"
#include "proxy/admin.h"
#include "proxy/configuration.h"
#include "proxy/drain_end.h"
#include "proxy/keeper/kept.h"
#include "proxy/memory_watch.h"
#include "proxy/observe/access_log.h"
#include "proxy/overlay_watch.h"
#include "proxy/upgrade/predecessor.h"
#include "proxy/upgrade/successor.h"
#include "proxy/worker/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace portcullis {

class Server {
  public:
    // Binds the listeners and opens the files, then gives up the process's capabilities.
    // predecessor: the process whose place this one takes, or null; its listeners are used.
    // kept: the overlay to enter, and who starts a successor; or null.
    static Result<std::unique_ptr<Server>> make(
        std::shared_ptr<const Config> config,
        std::unique_ptr<upgrade::Predecessor> predecessor = nullptr,
        std::unique_ptr<keeper::Kept> kept = nullptr);

    // Serves until told to end. Returns the process's exit status.
    int run();

  private:
    using Clock = std::chrono::steady_clock;

    // leaving: another process has taken over. draining: told to end.
    enum class Phase : std::uint8_t { serving, leaving, draining };

    Server(std::shared_ptr<const Config> config, std::unique_ptr<upgrade::Predecessor> predecessor,
           std::unique_ptr<keeper::Kept> kept)
        : config_{std::move(config)},
          kept_{std::move(kept)},
          predecessor_{std::move(predecessor)} {}

    Result<void> prepare();
    Result<void> make_workers();
    Result<void> open_admin();
    void report_ready();
    void tell_manager(const std::string& state) const;
    void await_signal();
    void on_signal(int signal);
    void await_rotation();
    void reload();
    void load_anew();
    void reopen_log();
    bool take_over(std::shared_ptr<const Config> next, const std::string& what);
    void upgrade();
    Result<void> start_successor();
    Result<pid_t> start_program(int socket);
    void on_successor(const Result<void>& word);
    void drain();
    void drain_workers(worker::Idle idle);
    void on_worker_ended();
    [[nodiscard]] observe::Reading reading() const;

    [[nodiscard]] Obstacles obstacles() const {
        const auto swarm = configuration_.reading();
        return {phase_ != Phase::serving, overlay_.gone(), swarm && !swarm->known,
                swarm && swarm->endpoints == "nobody"};
    }

    void close_listeners();

    std::shared_ptr<const Config> config_;  // that is served
    boost::asio::io_context io_{1};
    Configuration configuration_{
        io_, [this] { take_over(configuration_.current(), "the swarm has changed"); }};
    boost::asio::signal_set signals_{io_};
    boost::asio::steady_timer rotation_{io_};
    DrainEnd drain_end_{io_};
    ServiceManager manager_ = ServiceManager::from_environment();
    Heartbeat heartbeat_{io_, manager_};
    const std::vector<std::string> arguments_ = upgrade::own_arguments();
    std::unique_ptr<observe::AccessLog> log_;
    limit::Shared shared_{config_->limits};
    MemoryWatch memory_{io_, shared_.memory, [this] { return config_->limits.memory; }};
    OverlayWatch overlay_{io_, [this] { close_listeners(); }, [this] { upgrade(); }};
    const std::unique_ptr<keeper::Kept> kept_;           // null: this process is its own
    std::unique_ptr<upgrade::Predecessor> predecessor_;  // null from the moment that we serve
    std::unique_ptr<upgrade::Successor> successor_;      // null unless one has been started
    std::vector<stream::Listening> listeners_;  // the workers have copies; empty once closed
    std::shared_ptr<const tls::TicketKeys> keys_ = tls::TicketKeys::fresh();
    Clock::time_point keys_made_ = Clock::now();
    std::vector<std::unique_ptr<worker::Worker>> workers_;
    // Each configuration is made into a site here first, so that no worker meets a surprise. Serves
    // nobody. Null until the first reload.
    std::shared_ptr<const relay::Site> tried_;
    std::optional<worker::Watchdog> watchdog_{std::in_place};  // until the workers end
    std::unique_ptr<HttpSocket> admin_;
    const Clock::time_point started_ = Clock::now();
    observe::Reading counts_ = {};  // its counters only
    std::size_t workers_ended_ = 0;
    Phase phase_ = Phase::serving;
    Clock::time_point drained_;  // when draining began
};

}  // namespace portcullis
