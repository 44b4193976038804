#include "firewall/agent/agent.h"

#include "base/log.h"
#include "firewall/agent/interfaces.h"
#include "firewall/agent/lockout.h"

#include <cstdio>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr std::string_view kPlace = "firewall";
constexpr std::string_view kOwner =
    "owner";  // name of the descriptor in the service manager's store

void make_parent(const std::filesystem::path& file) {
    std::error_code ignored;  // opening the file tells
    std::filesystem::create_directories(file.parent_path(), ignored);
}

Outcome outcome_of(const Error& error) {
    return {Conclusion::could_not_ask, error.text};
}

}  // namespace

Agent::Agent(AgentOptions options) : options_{std::move(options)} {}

Outcome Agent::start() {
    // Before anything changes: the connection that an apply was started from may be cut by it.
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        signals_.add(signal);
    }
    // These mean something to the proxy beside us; a rule that signals all must not end the agent.
    ::signal(SIGUSR1, SIG_IGN);
    ::signal(SIGUSR2, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);  // a client that is gone is a result, not the end
    PolicyAttempt attempt = load_policy(options_.config);
    std::fputs(attempt.complaints.c_str(), stderr);
    if (options_.apply && !attempt.policy) {
        return refused(options_.config.string() + " is invalid; nothing was changed");
    }
    if (auto opened = open_files(attempt.draft); !opened) {
        return opened;
    }
    if (auto chosen = choose_policy(std::move(attempt)); !chosen) {
        return chosen;
    }
    if (auto opened = open_kernel(); !opened) {
        return opened;
    }
    return install();
}

Outcome Agent::open_files(const FirewallConfig& places) {
    if (!places.socket.empty()) {
        make_parent(places.socket);
        auto http = HttpSocket::listen(
            io_, "firewall.socket", places.socket,
            [this](const HttpRequest& request) { return answer(request); }, kRequestBytesMax);
        if (!http) {
            return outcome_of(http.error());
        }
        http_ = std::move(*http);
    }
    auto state = StateDirectory::open(places.state);
    if (!state) {
        return outcome_of(state.error());
    }
    state_ = std::move(*state);
    make_parent(places.audit);
    auto audit = AuditLog::open(places.audit);
    if (!audit) {
        return outcome_of(audit.error());
    }
    audit_ = std::move(*audit);
    auto bans = state_->bans(places.bans_max, expiry_now());
    bans_ = BanTable{places.bans_max};
    if (!bans) {
        log_error(kPlace, bans.error().text + "; nobody is banned");
    } else {
        if (bans->unread > 0) {
            log_error(kPlace,
                      fmt::format("{} lines of the stored bans cannot be read and are dropped",
                                  bans->unread));
        }
        bans_ = std::move(bans->bans);
    }
    seeds_ = state_->seeds().value_or(random_seeds());
    return {};
}

// The file's, unless it is invalid, or was on trial and never confirmed: then the last confirmed
// one.
Outcome Agent::choose_policy(PolicyAttempt attempt) {
    const bool unconfirmed = attempt.policy && state_->is_unconfirmed(attempt.policy->text);
    if (attempt.policy && (options_.apply || !unconfirmed)) {
        policy_ = std::move(attempt.policy);
        return {};
    }
    return use_confirmed(options_.config.string() +
                         (unconfirmed ? " was on trial and not confirmed" : " is invalid"));
}

Outcome Agent::use_confirmed(const std::string& why) {
    const auto confirmed = state_->confirmed();
    if (!confirmed) {
        return outcome_of(confirmed.error());
    }
    if (!*confirmed) {
        return refused(why + ", and no configuration was ever confirmed: nothing was changed");
    }
    PolicyAttempt last = policy_of(**confirmed, options_.config);
    if (!last.policy) {
        std::fputs(last.complaints.c_str(), stderr);
        return refused(why + ", and so is the one confirmed last: nothing was changed");
    }
    policy_ = std::move(last.policy);
    ++numbers_.reloads_refused;
    log_error(kPlace, why + "; the one confirmed last is used");
    record(AuditEvent::refused, "agent", why + "; the one confirmed last is used");
    return {};
}

Outcome Agent::open_kernel() {
    auto machine = Machine::look();
    if (!machine) {
        return outcome_of(machine.error());
    }
    machine_ = std::move(*machine);
    Ownership ownership = best_ownership(machine_->features());
    if (ownership == Ownership::owner && !manager_.present()) {
        ownership = Ownership::none;  // else the rules would vanish with this process
    }
    auto wall = Wall::open(manager_.take_kept(kOwner), ownership);
    if (!wall) {
        return firewall::outcome_of(wall.error());
    }
    wall_ = std::move(*wall);
    auto monitor = Monitor::open();  // before anything is put there, so that nothing is missed
    if (!monitor) {
        return firewall::outcome_of(monitor.error());
    }
    monitor_ = std::move(*monitor);
    return {};
}

Outcome Agent::install() {
    auto before = wall_->look();
    if (!before) {
        return firewall::outcome_of(before.error());
    }
    if (const std::uint32_t port = wall_->stranger(*before)) {
        return refused(
            fmt::format("the rules belong to another process (netlink port {}): another "
                        "agent runs, or the service manager keeps its socket",
                        port));
    }
    if (const auto listener = machine_->update_listener(policy_->wall().listener); !listener) {
        return outcome_of(listener.error());
    }
    if (const auto feeds = machine_->update_feeds(policy_->wall()); !feeds) {
        log_error(kPlace, feeds.error().text + "; the feeds are not used");
    }
    follow_swarm(*policy_->config);
    auto program = program_for(policy_->wall(), bans_);
    if (!program && !options_.apply) {
        if (auto chosen = use_confirmed("not proven: " + program.error().text); !chosen) {
            return chosen;
        }
        program = program_for(policy_->wall(), bans_);
    }
    if (!program && !options_.apply) {
        // A list of what to drop must never be the reason for a node without a wall.
        log_error(kPlace, "not proven: " + program.error().text + "; tried without bans and feeds");
        bans_ = BanTable{policy_->wall().bans_max};
        machine_->forget_feeds();
        program = program_for(policy_->wall(), bans_);
    }
    if (!program) {
        return refused("not proven: " + program.error().text);
    }
    if (auto guarded = check_own_login(); !guarded) {
        return guarded;
    }
    before_ = *before;
    return settle_in(*before, *program);
}

Outcome Agent::check_own_login() const {
    if (!options_.apply || options_.force) {
        return {};
    }
    const auto login = login_of(::getpid());
    const std::string why =
        login && login->ssh ? why_locked_out(policy_->wall(), bans_, *login->ssh) : std::string{};
    return why.empty() ? Outcome{} : refused(why + "; --force applies it all the same");
}

Outcome Agent::settle_in(const Installed& before, const Program& program) {
    const bool trial = options_.apply && options_.apply->count() > 0;
    if (trial) {
        if (const auto marked = state_->mark_unconfirmed(policy_->text); !marked) {
            return outcome_of(marked.error());
        }
    }
    wall_->expect(program, before.generation);
    if (wall_->adopted() && wall_->drift(before, expiry_now()).empty()) {
        start_ = "adopted";
    } else {
        if (const auto put = wall_->put(program); !put) {
            return firewall::outcome_of(put.error());
        }
        start_ = wall_->adopted() ? "replaced" : before.tables.empty() ? "built" : "claimed";
    }
    verified_ = bans_verified_ = std::chrono::steady_clock::now();
    keep_owner_socket();
    interface_alarms_ = interface_alarms(policy_->wall(), machine_->interfaces());
    if (const auto stored = state_->set_seeds(seeds_); !stored) {
        log_error(kPlace, stored.error().text);
    }
    record(AuditEvent::started, describe_process(::getuid(), ::getpid()),
           fmt::format("{}, policy {}, generation {}", start_, digest(policy_->text),
                       wall_->generation()));
    if (trial) {
        const auto login = login_of(::getpid());
        begin_trial(*options_.apply, login ? *login : Login{},
                    describe_process(::getuid(), ::getpid()));
        return {};
    }
    return keep_policy();
}

void Agent::keep_owner_socket() {
    if (!manager_.present() || wall_->adopted()) {
        return;  // an adopted one is kept already
    }
    for (const auto& told : {manager_.forget(kOwner), manager_.keep(kOwner, wall_->owner_fd())}) {
        if (!told) {
            log_warning(kPlace, told.error().text +
                                    "; the rules stay when this process is killed, "
                                    "but until the next one starts anybody with the "
                                    "privilege may change them");
        }
    }
}

int Agent::run() {
    await_signal();
    await_monitor();
    await_links();
    check_surroundings();
    await_tick();
    if (options_.apply && trial_.state() != TrialState::running) {
        return 0;  // applied for good; the rules stay without us
    }
    if (const auto told = manager_.notify("READY=1"); !told) {
        log_warning(kPlace, told.error().text);
    }
    log_info(kPlace, fmt::format("{}: the kernel holds the program, generation {}", start_,
                                 wall_->generation()));
    io_.run();
    return exit_status_;
}

void Agent::await_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal != SIGHUP) {
            end();
            return;
        }
        // The terminal of an apply may hang up because its connection was just cut: that is what
        // the trial is for.
        if (!options_.apply) {
            reload();
        }
        await_signal();
    });
}

void Agent::end() {
    if (trial_.take_revoked()) {
        roll_back("the process was told to end");
    }
    [[maybe_unused]] const auto told = manager_.notify("STOPPING=1");
    record(AuditEvent::stopped, "agent", "the rules stay");
    io_.stop();
}

void Agent::reload() {
    PolicyAttempt attempt = load_policy(options_.config);
    std::fputs(attempt.complaints.c_str(), stderr);
    std::string why;
    if (!attempt.policy) {
        why = options_.config.string() + " is invalid";
    } else if (trial_.state() == TrialState::running) {
        why = "a program is on trial";
    } else {
        const FirewallConfig& next = attempt.policy->wall();
        const FirewallConfig& current = policy_->wall();
        if (next.state != current.state || next.audit != current.audit ||
            next.socket != current.socket || next.bans_max != current.bans_max) {
            log_warning(kPlace,
                        "state, audit, socket and bans_max change only with a restart; the rest is "
                        "taken over");
        }
        const Seeds before = std::exchange(seeds_, random_seeds());
        if (const auto put = put_policy(*attempt.policy); !put) {
            why = put.text;
            seeds_ = before;
        }
    }
    if (!why.empty()) {
        ++numbers_.reloads_refused;
        log_error(kPlace, "the configuration was not taken over: " + why +
                              "; the one before stays in force");
        record(AuditEvent::refused, "agent", "reload: " + why);
        return;
    }
    ++numbers_.reloads;
    record(AuditEvent::policy, "agent", "reloaded, policy " + digest(policy_->text));
    if (const auto kept = keep_policy(); !kept) {
        log_error(kPlace, kept.text);
    }
    if (const auto stored = state_->set_seeds(seeds_); !stored) {
        log_error(kPlace, stored.error().text);
    }
    check_surroundings();
    log_info(kPlace, "configuration reloaded");
}

Outcome Agent::put_policy(const WallPolicy& policy) {
    if (const auto feeds = machine_->update_feeds(policy.wall()); !feeds) {
        return refused(feeds.error().text);
    }
    follow_swarm(*policy.config);
    const Outcome put = put_program(policy.wall());
    if (!put) {
        follow_swarm(*policy_->config);  // as before
        return put;
    }
    policy_ = policy;
    unproven_.clear();
    verified_ = bans_verified_ = std::chrono::steady_clock::now();
    interface_alarms_ = interface_alarms(policy_->wall(), machine_->interfaces());
    return {};
}

Outcome Agent::put_program(const FirewallConfig& wall) {
    auto program = program_for(wall, bans_);
    if (!program) {
        return refused("not proven: " + program.error().text);
    }
    if (const auto put = wall_->put(*program); !put) {
        return firewall::outcome_of(put.error());
    }
    return {};
}

void Agent::record(AuditEvent what, const std::string& who, const std::string& detail) {
    const auto written = audit_->append(std::chrono::system_clock::now(), {what, who, detail});
    if (!written) {
        ++numbers_.audit_failures;
        log_error(kPlace, written.error().text);
    }
    // The hash here, in a log that is kept elsewhere, is what the file's own chain cannot give.
    log_info("audit", fmt::format("{} {} {}: {}: {}", audit_->head().number, audit_->head().hash,
                                  name(what), who, detail));
}

}  // namespace portcullis::firewall
