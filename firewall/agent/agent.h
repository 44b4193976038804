// The process that keeps the wall standing. One thread: an io_context waits for the kernel's
// notices, for requests, signals and time; every step below runs to its end before the next. What
// would take a second, listing the bans, is another's (ban_check.h).
//
//   SIGHUP           read the configuration anew; an invalid one changes nothing
//   SIGTERM, SIGINT  end; the rules stay
//
// agent.cc is the process's life, agent_trial.cc a program on trial, agent_watch.cc what it
// notices, agent_answers.cc what it is asked.
#pragma once

#include "base/http_socket.h"
#include "base/service_manager.h"
#include "config/swarm/follow.h"
#include "firewall/agent/audit_log.h"
#include "firewall/agent/ban_check.h"
#include "firewall/agent/bans.h"
#include "firewall/agent/drift.h"
#include "firewall/agent/machine.h"
#include "firewall/agent/outcome.h"
#include "firewall/agent/policy.h"
#include "firewall/agent/report.h"
#include "firewall/agent/requests.h"
#include "firewall/agent/state_directory.h"
#include "firewall/agent/trial.h"
#include "firewall/agent/wall.h"
#include "firewall/netlink/monitor.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct AgentOptions {
    std::filesystem::path config;  // absolute
    // Set: apply this configuration, on trial for this long (0: for good at once), and end when
    // that is decided. Not set: run.
    std::optional<std::chrono::seconds> apply;
    bool force = false;  // apply also when our own login would be locked out
};

// When and by whom the ruleset was changed.
struct Notice {
    SteadyTime time;
    std::string actor;
};

class Agent {
  public:
    explicit Agent(AgentOptions options);

    // Up to the moment when the kernel holds the program. Not done: nothing was changed in the
    // kernel.
    Outcome start();

    // Until it is told to end, or what was on trial is decided. Returns the exit status.
    int run();

  private:
    // agent.cc
    Outcome open_files(const FirewallConfig& places);
    Outcome choose_policy(PolicyAttempt attempt);
    Outcome use_confirmed(const std::string& why);
    Outcome open_kernel();
    Outcome install();
    Outcome settle_in(const Installed& before, const Program& program);
    Outcome check_own_login() const;
    void keep_owner_socket();
    void await_signal();
    void reload();
    void end();
    void record(AuditEvent what, const std::string& who, const std::string& detail);

    // Makes the program for the policy on trial or in force, and puts it there if it is another.
    Outcome put_policy(const WallPolicy& policy);
    Outcome put_program(const FirewallConfig& wall);
    // agent_trial.cc
    void begin_trial(std::chrono::seconds time, const Login& by, const std::string& who);
    void await_trial();
    void roll_back(const std::string& why);
    Outcome put_back();
    Outcome on_confirm(const Peer& peer);
    void end_soon();
    Outcome keep_policy();  // what is in force is now what a restart brings back

    // agent_watch.cc
    void await_monitor();
    void on_changes();
    void await_links();
    void on_links();
    void await_tick();
    void on_tick();
    void check_surroundings();
    void expire_bans();
    void drive(DriftEvent event);
    DriftEvent compare();
    DriftEvent repair();
    void repair_bans(const std::vector<TouchedBans>& touched);
    void check_bans();
    void on_bans_checked(const BanVerdict& verdict);
    DriftEvent put_right(const Notice& notice, const std::string& drift,
                         const std::function<Answer<void>()>& put);
    std::string put_again(const std::function<Answer<void>()>& put);
    void pause();
    void refresh(const std::string& why);

    // agent_swarm.cc
    void follow_swarm(const Config& config);
    void on_swarm();
    // The proven program for this policy as things are now.
    [[nodiscard]] Result<Program> program_for(const FirewallConfig& policy,
                                              const BanTable& bans) const;

    // agent_answers.cc
    HttpReply answer(const HttpRequest& request);
    Outcome command(const HttpRequest& request);
    Outcome on_apply(const ApplyRequest& request, const Peer& peer);
    Outcome on_ban(const BanRequest& request, const Peer& peer);
    Outcome on_unban(const BanRequest& request, const Peer& peer);
    Outcome use_bans(BanTable bans);
    std::string trial_json() const;
    std::string bans_json() const;
    Report report();
    std::vector<std::string> alarms(const Counters& counters) const;
    std::vector<std::string> degraded() const;

    AgentOptions options_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    ServiceManager manager_ = ServiceManager::from_environment();
    std::optional<StateDirectory> state_;
    std::optional<AuditLog> audit_;
    std::unique_ptr<HttpSocket> http_;
    std::optional<Machine> machine_;
    std::optional<Wall> wall_;
    std::optional<Monitor> monitor_;
    boost::asio::posix::stream_descriptor monitor_ready_{io_};
    boost::asio::posix::stream_descriptor links_ready_{io_};
    boost::asio::steady_timer tick_{io_};
    boost::asio::steady_timer pause_{io_};
    boost::asio::steady_timer trial_end_{io_};

    std::optional<WallPolicy> policy_;  // in force or on trial; always set after start()
    std::optional<WallPolicy>
        previous_;                     // what comes back when the trial fails; empty: before_ does
    std::optional<Installed> before_;  // what was there when we came; only for apply
    std::string start_;                // how we found the wall
    Trial trial_;
    BanTable bans_{0};
    Seeds seeds_{};

    std::unique_ptr<swarm::Follower> follower_;  // null: no swarm is followed
    std::vector<IpAddress> followed_;            // the nodes that were told last
    std::string swarm_trouble_;                  // why it is not followed

    DriftState drift_ = DriftState::in_sync;
    std::string drift_sentence_;  // how the kernel's program differs
    std::string contested_;       // why repairing was given up for now
    Notice noticed_;              // of the change that is being looked at
    Notice bans_noticed_;         // of the one for which the bans are
    SteadyTime verified_;         // when the kernel was last seen to hold the rules we want
    SteadyTime bans_verified_;    // ... and the bans
    BanCheck ban_check_;
    bool bans_suspect_ = false;  // there was a commit of others since the check under way began
    std::deque<SteadyTime> recent_repairs_;
    std::vector<std::string> interface_alarms_;
    std::vector<std::string> sysctls_changed_;
    std::vector<std::string> sysctl_alarms_;
    std::string unproven_;  // why the program for the machine as it is now is not used
    Report numbers_;        // what only grows is kept here
    SteadyTime started_ = std::chrono::steady_clock::now();
    std::uint64_t ticks_ = 0;
    int exit_status_ = 0;
};

}  // namespace portcullis::firewall
