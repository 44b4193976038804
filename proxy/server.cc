#include "proxy/server.h"

#include "base/log.h"
#include "proxy/admin.h"
#include "proxy/privileges.h"
#include "proxy/relay/board.h"
#include "proxy/stream/listen.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <signal.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace portcullis {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds{200};

std::size_t worker_count(const Config& config) {
    return config.workers != 0 ? config.workers : std::max(1U, std::thread::hardware_concurrency());
}

relay::Published publish(std::shared_ptr<const Config> config) {
    auto routes = std::make_shared<const route::Table>(*config);
    return {std::move(config), std::move(routes)};
}

void tell_pressure(const limit::Memory& memory) {
    const std::string held = std::to_string(memory.held() >> 20U) + " MiB are held: ";
    switch (memory.pressure()) {
        case limit::Pressure::enough:
            return log_info("memory", held + "everything is served again");
        case limit::Pressure::tight:
            return log_warning("memory", held + "new requests get 503 until there is less");
        case limit::Pressure::full:
            return log_error("memory", held + "new connections are closed until there is less");
    }
}

void warn_about_what_stays(const Config& running, const Config& next) {
    if (running.listen != next.listen || running.workers != next.workers ||
        running.admin.socket != next.admin.socket ||
        running.limits.counted_clients != next.limits.counted_clients) {
        log_warning("server",
                    "listen, workers, admin.socket and limits.counted_clients change only with a "
                    "restart; the rest has been taken over");
    }
}

}  // namespace

Result<std::unique_ptr<Server>> Server::make(std::shared_ptr<const Config> config) {
    std::unique_ptr<Server> server{new Server{std::move(config)}};
    if (const auto prepared = server->prepare(); !prepared) {
        return prepared.error();
    }
    return server;
}

Result<void> Server::prepare() {
    ::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an errno, not a signal
    raise_descriptor_limit();
    auto log = observe::AccessLog::open(config_->log);
    if (!log) {
        return log.error();
    }
    log_ = std::move(*log);
    if (const auto made = make_workers(); !made) {
        return made.error();
    }
    if (!config_->admin.socket.empty()) {
        auto admin = HttpSocket::listen(
            io_, "admin.socket", config_->admin.socket, [this](const HttpRequest& request) {
                return answer_admin(request, [this] { return reading(); });
            });
        if (!admin) {
            return admin.error();
        }
        admin_ = std::move(*admin);
    }
    return drop_capabilities();
}

Result<void> Server::make_workers() {
    for (const IpAddress& address : config_->listen) {
        if (const auto free = stream::check_free({address, kIngressPort}); !free) {
            return free.error();
        }
    }
    const relay::Published published = publish(config_);
    for (std::size_t i = 0; i < worker_count(*config_); ++i) {
        std::vector<Fd> listeners;
        for (const IpAddress& address : config_->listen) {
            Result<Fd> listener = stream::listen_on({address, kIngressPort});
            if (!listener) {
                return listener.error();
            }
            listeners.push_back(std::move(*listener));
        }
        auto worker = worker::Worker::make(published, keys_, std::move(listeners), *log_, shared_);
        if (!worker) {
            return worker.error();
        }
        workers_.push_back(std::move(*worker));
    }
    return {};
}

int Server::run() {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        signals_.add(signal);
    }
    await_signal();
    await_rotation();
    await_look();
    for (const auto& worker : workers_) {
        worker->start([this] { boost::asio::post(io_, [this] { on_worker_ended(); }); });
    }
    std::string where;
    for (const IpAddress& address : config_->listen) {
        where += (where.empty() ? "" : ", ") + SocketAddress{address, kIngressPort}.text();
    }
    log_info("server", "ready on " + where + ", " + std::to_string(workers_.size()) + " workers");
    io_.run();
    for (const auto& worker : workers_) {
        worker->join();
    }
    log_info("server", "stopped");
    return 0;
}

void Server::await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal == SIGHUP) {
            reload();
        } else if (draining_) {
            log_warning("server", "told to end twice: ending at once");
            ::_exit(1);
        } else {
            drain();
        }
        await_signal();
    });
}

void Server::await_rotation() {
    rotation_.expires_after(config_->tls.ticket_key_lifetime);
    rotation_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        keys_ = keys_->rotated();
        for (const auto& worker : workers_) {
            worker->use(keys_);
        }
        await_rotation();
    });
}

void Server::await_look() {
    look_.expires_after(kLookEvery);
    look_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        const limit::Pressure before = shared_.memory.pressure();
        shared_.memory.look(limit::memory_max(config_->limits.memory.bytes));
        if (shared_.memory.pressure() != before) {
            tell_pressure(shared_.memory);
        }
        await_look();
    });
}

void Server::reload() {
    const Loaded loaded = load(config_->file);
    if (!loaded.diagnostics.empty()) {
        const std::string text = render(loaded.diagnostics, loaded.text);
        // Several lines, as `portcullis check` prints them: for the person who sent the signal.
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    }
    if (!loaded.config) {
        ++reloads_refused_;
        log_error("server", "the configuration was not taken over: " + config_->file.string() +
                                " is invalid; serving goes on with the one before");
        return;
    }
    // Tried here first, so that no worker meets a surprise.
    if (const auto contexts = tls::Contexts::make(loaded.config); !contexts) {
        ++reloads_refused_;
        log_error("server", "the configuration was not taken over: " + contexts.error().text);
        return;
    }
    if (const auto reopened = log_->reopen(loaded.config->log); !reopened) {
        log_error("server", reopened.error().text + "; lines go on into the file before");
    }
    warn_about_what_stays(*config_, *loaded.config);
    config_ = loaded.config;
    const relay::Published published = publish(config_);
    for (const auto& worker : workers_) {
        worker->use(published);
    }
    await_rotation();  // with the new lifetime
    ++reloads_;
    log_info("server", "configuration reloaded");
}

void Server::drain() {
    draining_ = true;
    log_info("server", "draining: nothing new is accepted; what is under way has " +
                           duration_text(config_->timeouts.shutdown));
    for (const auto& worker : workers_) {
        worker->drain(config_->timeouts.shutdown);
    }
}

void Server::on_worker_ended() {
    if (++workers_ended_ == workers_.size()) {
        io_.stop();
    }
}

observe::Reading Server::reading() const {
    observe::Reading reading;
    std::vector<std::shared_ptr<const relay::Board>> boards;
    for (const auto& worker : workers_) {
        reading.workers.push_back(&worker->counters());
        boards.push_back(worker->board());
    }
    reading.services = relay::read_boards(boards);
    reading.uptime_seconds =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                       std::chrono::steady_clock::now() - started_)
                                       .count());
    reading.access_lines_dropped = log_->dropped();
    reading.clients_forgotten = shared_.clients.forgotten();
    reading.memory_bytes = shared_.memory.held();
    reading.reloads = reloads_;
    reading.reloads_refused = reloads_refused_;
    return reading;
}

}  // namespace portcullis
