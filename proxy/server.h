// The process: workers, signals, the access log, the admin socket, and what changes while they run.
//   SIGTERM, SIGINT  drain and end (a second one ends at once)
//   SIGHUP           read the configuration and the certificates anew; open the access log anew
#pragma once

#include "base/http_socket.h"
#include "config/load.h"
#include "proxy/observe/access_log.h"
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
    static Result<std::unique_ptr<Server>> make(std::shared_ptr<const Config> config);

    // Serves until told to end. Returns the process's exit status.
    int run();

  private:
    explicit Server(std::shared_ptr<const Config> config) : config_{std::move(config)} {}

    Result<void> prepare();
    Result<void> make_workers();
    void await_signal();
    void await_rotation();
    void await_look();
    void reload();
    void drain();
    void on_worker_ended();
    [[nodiscard]] observe::Reading reading() const;

    std::shared_ptr<const Config> config_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    boost::asio::steady_timer rotation_{io_};
    boost::asio::steady_timer look_{io_};  // at the memory
    std::unique_ptr<observe::AccessLog> log_;
    limit::Shared shared_{config_->limits};
    std::shared_ptr<const tls::TicketKeys> keys_ = tls::TicketKeys::fresh();
    std::vector<std::unique_ptr<worker::Worker>> workers_;
    std::unique_ptr<HttpSocket> admin_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::uint64_t reloads_ = 0;
    std::uint64_t reloads_refused_ = 0;
    std::size_t workers_ended_ = 0;
    bool draining_ = false;
};

}  // namespace portcullis
