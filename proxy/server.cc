#include "proxy/server.h"

#include "base/log.h"
#include "base/signals.h"
#include "config/changes.h"
#include "proxy/listeners.h"
#include "proxy/origin/sticky.h"
#include "proxy/privileges.h"
#include "proxy/relay/board.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <initializer_list>
#include <signal.h>
#include <thread>
#include <unistd.h>

namespace portcullis {
namespace {

constexpr std::initializer_list<int> kSignals{SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2};
// A terminal tells the keeper and the proxy to end, and the keeper tells the proxy: that is once.
constexpr auto kOnce = std::chrono::seconds{1};

}  // namespace

Result<std::unique_ptr<Server>> Server::make(std::shared_ptr<const Config> config,
                                             std::unique_ptr<upgrade::Predecessor> predecessor,
                                             std::unique_ptr<keeper::Kept> kept) {
    std::unique_ptr<Server> server{
        new Server{std::move(config), std::move(predecessor), std::move(kept)}};
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
    if (const auto used = configuration_.use(config_); !used) {
        return used.error();
    }
    config_ = configuration_.current();
    if (predecessor_) {
        keys_ = predecessor_->parcel.keys;
        keys_made_ -= predecessor_->parcel.keys_age;
        listeners_ = std::move(predecessor_->parcel.listeners);
    }
    if (const auto made = make_workers(); !made) {
        return made.error();
    }
    if (const auto opened = open_admin(); !opened) {
        return opened.error();
    }
    if (kept_) {
        if (const auto entered = kept_->enter_overlay(); !entered) {
            return entered.error();
        }
        overlay_.start(config_->overlay.grace);
    }
    return drop_capabilities();
}

Result<void> Server::make_workers() {
    const std::size_t count = config_->workers != 0
                                  ? config_->workers
                                  : std::max(1U, std::thread::hardware_concurrency());
    auto listeners = make_listeners(config_->listen, count, std::move(listeners_));
    if (!listeners) {
        return listeners.error();
    }
    listeners_ = std::move(*listeners);
    auto shares = share(listeners_, count);
    if (!shares) {
        return shares.error();
    }
    const relay::Published published = relay::publish(config_, configuration_.witnesses());
    for (std::vector<Fd>& own : *shares) {
        auto worker = worker::Worker::make(published, keys_, std::move(own), *log_, shared_);
        if (!worker) {
            return worker.error();
        }
        workers_.push_back(std::move(*worker));
    }
    return {};
}

Result<void> Server::open_admin() {
    const std::filesystem::path& path = config_->admin.socket;
    if (path.empty()) {
        return {};
    }
    const bool same = predecessor_ && predecessor_->parcel.admin_path == path;
    auto admin = open_admin_socket(io_, path, same ? std::move(predecessor_->parcel.admin) : Fd{},
                                   [this](const HttpRequest& request) {
                                       return answer_admin(
                                           request, [this] { return reading(); },
                                           sentence_about(obstacles()));
                                   });
    if (!admin) {
        return admin.error();
    }
    admin_ = std::move(*admin);
    return {};
}

int Server::run() {
    for (const int signal : kSignals) {
        signals_.add(signal);
    }
    await_signal();
    await_rotation();
    memory_.start();
    heartbeat_.start();
    for (const auto& worker : workers_) {
        worker->start([this] { boost::asio::post(io_, [this] { on_worker_ended(); }); });
        worker->be_watched(*watchdog_);
    }
    watchdog_->start();
    report_ready();
    // What arrived since the program began is acted on now, on this thread: workers hold it back.
    release_signals({SIGHUP, SIGUSR1, SIGUSR2});
    io_.run();
    watchdog_.reset();
    for (const auto& worker : workers_) {
        worker->join();
    }
    log_info("server", "stopped");
    // A signal that comes now must not undo an orderly end: clear() gives it its own effect back.
    hold_signals(kSignals);
    signals_.clear();
    ignore_signals(kSignals);
    return 0;
}

void Server::report_ready() {
    log_info("server", "ready on " + text_of(config_->listen) + ", " +
                           std::to_string(workers_.size()) + " workers" +
                           (predecessor_ ? ", in place of the process before" : ""));
    if (predecessor_) {
        predecessor_->say_ready();
        if (predecessor_->parcel.admin) {  // not used: this process has one elsewhere, or none
            std::error_code ignored;
            std::filesystem::remove(predecessor_->parcel.admin_path, ignored);
        }
        predecessor_.reset();
    } else {
        tell_manager("READY=1");
    }
}

void Server::tell_manager(const std::string& state) const {
    if (const auto told = manager_.notify(state); !told) {
        log_warning("server", told.error().text);
    }
}

void Server::await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error) {
            on_signal(signal);
            await_signal();
        }
    });
}

void Server::on_signal(int signal) {
    if (signal == SIGHUP) {
        reload();
    } else if (signal == SIGUSR1) {
        reopen_log();
    } else if (signal == SIGUSR2) {
        upgrade();
    } else if (phase_ == Phase::draining) {
        if (kept_ && Clock::now() - drained_ < kOnce) {
            return;
        }
        log_warning("server", "told to end twice: ending at once");
        ::_exit(1);
    } else {
        drain();
    }
}

void Server::await_rotation() {
    rotation_.expires_at(keys_made_ + config_->tls.ticket_key_lifetime);
    rotation_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        keys_ = keys_->rotated();
        keys_made_ = Clock::now();
        for (const auto& worker : workers_) {
            worker->use(keys_);
        }
        await_rotation();
    });
}

void Server::reload() {
    if (phase_ != Phase::serving) {
        return load_anew();  // systemd listens to the process that serves
    }
    tell_manager(ServiceManager::reloading());
    load_anew();
    tell_manager("READY=1");
}

void Server::load_anew() {
    const Loaded loaded = load(config_->file);
    // As `portcullis check` prints them: for the person who sent the signal.
    std::fputs(render(loaded.diagnostics, loaded.text).c_str(), stderr);
    if (!loaded.config) {
        ++counts_.reloads_refused;
        log_error("server", "the configuration was not taken over: " + config_->file.string() +
                                " is invalid; serving goes on with the one before");
        return;
    }
    const auto before = configuration_.file();
    if (const auto used = configuration_.use(loaded.config); !used) {
        ++counts_.reloads_refused;
        log_error("server", "the configuration was not taken over: " + used.error().text);
        return;
    }
    const std::shared_ptr<const Config> next = configuration_.current();
    if (!take_over(next, "configuration reloaded")) {
        ++counts_.reloads_refused;
        (void)configuration_.use(before);
        return;
    }
    reopen_log();
    await_rotation();  // with the new lifetime
    ++counts_.reloads;
}

// In any phase: a process that drains writes lines, too. No line is lost: those that were handed
// over go into the file before, the next ones into the new one.
void Server::reopen_log() {
    if (const auto reopened = log_->reopen(config_->log); !reopened) {
        log_error("server", reopened.error().text + "; the lines go on into the file before");
    } else if (config_->log.access != "off") {
        log_info("server", "access log reopened");
    }
}

// False: it cannot be served, and nothing has changed.
bool Server::take_over(std::shared_ptr<const Config> next, const std::string& what) {
    const relay::Published published = relay::publish(next, configuration_.witnesses());
    auto tried = relay::make_site(published, tried_.get());
    if (!tried) {
        log_error("server", "the configuration was not taken over: " + tried.error().text);
        return false;
    }
    tried_ = std::move(*tried);
    const Changes changes = changes_between(*config_, *next);
    config_ = std::move(next);
    for (const auto& worker : workers_) {
        worker->use(published);
    }
    log_info("server", what + "; " + text(changes));
    return true;
}

void Server::upgrade() {
    if (phase_ != Phase::serving || successor_) {
        log_warning("server", phase_ == Phase::serving
                                  ? "a new process is being started already"
                                  : "this process is ending: it starts no new one");
        return;
    }
    log_info("server", "starting the program anew, to take over");
    tell_manager(ServiceManager::reloading());
    if (const auto started = start_successor(); !started) {
        on_successor(started);
    }
}

Result<void> Server::start_successor() {
    upgrade::Parcel parcel;
    parcel.keys = keys_;
    parcel.sticky_key = origin::sticky_key();
    parcel.keys_age = std::chrono::duration_cast<Duration>(Clock::now() - keys_made_);
    for (const stream::Listening& one : listeners_) {
        parcel.listeners.push_back({one.address, Fd{::fcntl(one.fd.get(), F_DUPFD_CLOEXEC, 3)}});
    }
    if (admin_) {
        parcel.admin = admin_->copy();
        parcel.admin_path = config_->admin.socket;
    }
    auto started = upgrade::Successor::start(
        io_, [this](int socket) { return start_program(socket); }, parcel,
        [this](const Result<void>& word) { on_successor(word); });
    if (!started) {
        return started.error();
    }
    successor_ = std::move(*started);
    return {};
}

Result<pid_t> Server::start_program(int socket) {
    if (kept_) {
        return kept_->start(socket);
    }
    upgrade::Command command{arguments_, manager_.environment()};
    const auto halt = std::make_shared<worker::Halt>(workers_.size());
    for (const auto& worker : workers_) {
        worker->halt(halt);
    }
    halt->arrived.wait();
    auto started = upgrade::starter(std::move(command))(socket);
    halt->over.count_down();
    return started;
}

void Server::on_successor(const Result<void>& word) {
    if (!word) {
        successor_.reset();
        ++counts_.upgrades_failed;
        log_error("server", "the program was not replaced: " + word.error().text +
                                "; this process goes on serving");
        tell_manager("READY=1");
        return;
    }
    phase_ = Phase::leaving;
    if (admin_) {
        admin_->let_go();
    }
    drain_workers(worker::Idle::keep);
    const std::string pid = std::to_string(successor_->pid());
    tell_manager(kept_ ? "READY=1" : "MAINPID=" + pid + "\nREADY=1");
    log_info("server", "process " + pid +
                           " has taken over: nothing new is accepted here; what is under way has " +
                           duration_text(config_->timeouts.shutdown));
}

void Server::drain() {
    if (phase_ == Phase::serving) {
        tell_manager("STOPPING=1");
    }
    phase_ = Phase::draining;
    drained_ = Clock::now();
    successor_.reset();
    log_info("server", "draining: nothing new is accepted; what is under way has " +
                           duration_text(config_->timeouts.shutdown));
    drain_workers(worker::Idle::close);
}

void Server::drain_workers(worker::Idle idle) {
    listeners_.clear();
    for (const auto& worker : workers_) {
        worker->drain(config_->timeouts.shutdown, idle);
    }
    drain_end_.set(Clock::now() + config_->timeouts.shutdown, workers_.size(), workers_ended_);
}

void Server::on_worker_ended() {
    if (++workers_ended_ == workers_.size()) {
        io_.stop();
    }
}

// Whoever comes is refused at once, and may go to another node.
void Server::close_listeners() {
    log_error("server",
              "the network of the overlay is gone: port 443 is closed here until it is back; "
              "connections that are open stay");
    listeners_.clear();
    for (const auto& worker : workers_) {
        worker->stop_accepting();
    }
}

observe::Reading Server::reading() const {
    observe::Reading reading = counts_;
    std::vector<std::shared_ptr<const relay::Board>> boards;
    for (const auto& worker : workers_) {
        reading.workers.push_back(&worker->counters());
        boards.push_back(worker->board());
    }
    reading.services = relay::read_boards(boards);
    reading.uptime_seconds = static_cast<std::uint64_t>((Clock::now() - started_) / 1s);
    reading.access_lines_dropped = log_->dropped();
    reading.clients_forgotten = shared_.clients.forgotten();
    reading.memory_bytes = shared_.memory.held();
    reading.worker_stalls = watchdog_ ? watchdog_->stalls() : 0;
    reading.swarm = configuration_.reading();
    return reading;
}

}  // namespace portcullis
