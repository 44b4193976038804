// What the agent notices by itself: changes of the ruleset, of interfaces, of what is around, and
// time.
#include "base/log.h"
#include "firewall/agent/agent.h"
#include "firewall/agent/difference.h"
#include "firewall/agent/interfaces.h"
#include "firewall/agent/sysctls.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

constexpr std::string_view kPlace = "firewall";
constexpr std::chrono::seconds kTick{1};
constexpr std::uint64_t kSurroundingsTicks = 2;
constexpr std::uint64_t kVerifyTicks = 10;  // the kernel tells of changes; this is for what it lost
// More repairs than this in this time are a fight, which is fought with pauses.
constexpr std::size_t kRepairsMax = 20;
constexpr std::chrono::seconds kRepairsWindow{10};
constexpr std::chrono::seconds kRepairsPause{1};

// Chains of others that see packets before our gate does.
bool comes_before_us(const Hooked& hooked) {
    const bool ingress = hooked.family == "netdev";
    constexpr std::uint32_t prerouting = 0;
    return ingress || (hooked.hook == prerouting && hooked.priority < kPriorityGate);
}

bool concerns_us(const RulesetChange& change) {
    const auto ours = [](const std::string& table) {
        return table == fmt::format("inet {}", kTable) ||
               table == fmt::format("netdev {}", kLayer2Table);
    };
    return std::any_of(change.tables.begin(), change.tables.end(), ours) ||
           std::any_of(change.hooked.begin(), change.hooked.end(), comes_before_us);
}

std::string actor_of(const RulesetChange& change) {
    return fmt::format("pid {} comm {}", change.pid, change.command);
}

double seconds_since(SteadyTime time) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

void Agent::await_monitor() {
    if (!monitor_ready_.is_open()) {
        monitor_ready_.assign(::dup(monitor_->fd()));
    }
    monitor_ready_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                              [this](const boost::system::error_code& error) {
                                  if (!error) {
                                      on_changes();
                                      await_monitor();
                                  }
                              });
}

void Agent::on_changes() {
    noticed_.time = std::chrono::steady_clock::now();
    const auto watched = monitor_->read();
    if (!watched || watched->lost) {
        noticed_.actor = "unknown: the kernel's notices were lost";
        drive(DriftEvent::committed_by_others);
        check_bans();
        return;
    }
    bool concerned = false;
    for (const RulesetChange& change : watched->changes) {
        if (change.pid == ::getpid()) {
            drive(DriftEvent::committed_by_us);
        } else if (concerns_us(change)) {
            for (const Hooked& hooked : change.hooked) {
                if (comes_before_us(hooked)) {
                    record(AuditEvent::alarm, actor_of(change),
                           fmt::format("chain {} of {} {} sees packets before the gate, at {}",
                                       hooked.chain, hooked.family, hooked.table, hooked.priority));
                }
            }
            noticed_.actor = actor_of(change);
            const std::uint64_t version = wall_->bans_version();
            drive(DriftEvent::committed_by_others);
            if (version == wall_->bans_version()) {  // else all has been put there anew
                repair_bans(change.bans);
            }
            concerned = true;
        }
    }
    if (concerned) {
        check_bans();
    }
}

void Agent::drive(DriftEvent event) {
    for (;;) {
        const DriftStep step = advance(drift_, event);
        drift_ = step.next;
        switch (step.action) {
            case DriftAction::nothing:
                return;
            case DriftAction::read:
                event = compare();
                break;
            case DriftAction::repair:
                event = repair();
                break;
            case DriftAction::pause:
                pause();
                return;
        }
    }
}

// The bans are looked at apart, for that takes longer.
DriftEvent Agent::compare() {
    const auto installed = wall_->look_at_rules();
    if (!installed) {
        contested_ = installed.error().text;
        log_error(kPlace, "cannot see what the kernel holds: " + contested_);
        return DriftEvent::failed;
    }
    drift_sentence_ = wall_->drift_of_rules(*installed);
    if (drift_sentence_.empty()) {
        contested_.clear();
        verified_ = std::chrono::steady_clock::now();
        return DriftEvent::same;
    }
    ++numbers_.drifts;
    return DriftEvent::different;
}

// The kernel has told what was touched, so nothing need be read before it is put right. Whether
// that was all is for check_bans() to find out.
void Agent::repair_bans(const std::vector<TouchedBans>& touched) {
    if (touched.empty()) {
        return;
    }
    ++numbers_.drifts;
    put_right(noticed_, fmt::format("elements of set {} were changed", touched.front().set),
              [&] { return wall_->repair_bans(touched); });
}

void Agent::check_bans() {
    bans_suspect_ = ban_check_.running();
    if (bans_suspect_) {
        return;
    }
    bans_noticed_ = noticed_;
    ban_check_.start(wall_->wanted_bans(), wall_->bans_version(), [this](BanVerdict verdict) {
        boost::asio::post(io_, [this, verdict = std::move(verdict)] { on_bans_checked(verdict); });
    });
}

// What is unknown is looked at again with the next tick that verifies.
void Agent::on_bans_checked(const BanVerdict& verdict) {
    ban_check_.finish();
    const bool current = verdict.version == wall_->bans_version();
    if (current && verdict.state == BanState::same) {
        bans_verified_ = std::chrono::steady_clock::now();
    } else if (current && verdict.state == BanState::different) {
        ++numbers_.drifts;
        put_right(bans_noticed_, verdict.sentence,
                  [&] { return wall_->repair_bans(verdict.sets); });
    }
    if (!current || bans_suspect_) {
        check_bans();
    }
}

DriftEvent Agent::repair() {
    const DriftEvent event =
        put_right(noticed_, drift_sentence_, [this] { return wall_->repair_rules(); });
    if (event == DriftEvent::repaired) {
        contested_.clear();
        verified_ = std::chrono::steady_clock::now();
    }
    return event;
}

// The rules first, the report of them afterwards: that one waits for a disk.
DriftEvent Agent::put_right(const Notice& notice, const std::string& drift,
                            const std::function<Answer<void>()>& put) {
    const std::string trouble = put_again(put);
    const double seconds = seconds_since(notice.time);
    record(AuditEvent::drift, notice.actor, drift);
    if (!trouble.empty()) {
        contested_ = trouble;
        log_error(kPlace, contested_);
        record(AuditEvent::alarm, "agent", contested_);
        return DriftEvent::failed;
    }
    ++numbers_.repairs;
    numbers_.repair_seconds = seconds;
    record(AuditEvent::repaired, "agent",
           fmt::format("{:.1f} ms after the kernel's notice, generation {}", seconds * 1000,
                       wall_->generation()));
    return DriftEvent::repaired;
}

// Why it could not be done; empty when it was.
std::string Agent::put_again(const std::function<Answer<void>()>& put) {
    const SteadyTime time = std::chrono::steady_clock::now();
    while (!recent_repairs_.empty() && recent_repairs_.front() < time - kRepairsWindow) {
        recent_repairs_.pop_front();
    }
    if (recent_repairs_.size() >= kRepairsMax) {
        return fmt::format("{} keeps changing the rules; repairs wait {} s each", noticed_.actor,
                           kRepairsPause.count());
    }
    recent_repairs_.push_back(time);
    const auto done = put();
    if (done) {
        return {};
    }
    ++numbers_.repairs_failed;
    return "the rules were changed and cannot be put back: " + done.error().text;
}

void Agent::pause() {
    recent_repairs_.clear();
    pause_.expires_after(kRepairsPause);
    pause_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            noticed_.time = std::chrono::steady_clock::now();
            drive(DriftEvent::pause_over);
        }
    });
}

void Agent::await_links() {
    if (!links_ready_.is_open()) {
        links_ready_.assign(::dup(machine_->links_fd()));
    }
    links_ready_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                            [this](const boost::system::error_code& error) {
                                if (!error) {
                                    on_links();
                                    await_links();
                                }
                            });
}

void Agent::on_links() {
    const auto changes = machine_->update_interfaces();
    if (!changes) {
        log_error(kPlace, "cannot list the interfaces: " + changes.error().text);
        return;
    }
    if (changes->empty()) {
        return;
    }
    auto alarms = interface_alarms(policy_->wall(), machine_->interfaces());
    for (const std::string& alarm : alarms) {
        if (std::find(interface_alarms_.begin(), interface_alarms_.end(), alarm) ==
            interface_alarms_.end()) {
            record(AuditEvent::alarm, "agent", alarm);
        }
    }
    interface_alarms_ = std::move(alarms);
    // Containers come and go all day; what is recorded is what the rules had to follow.
    refresh(fmt::format("{}", fmt::join(*changes, "; ")));
}

void Agent::refresh(const std::string& why) {
    if (trial_.state() == TrialState::rolled_back && options_.apply) {
        return;  // what is there is not of our making
    }
    const auto program = program_for(policy_->wall(), bans_);
    if (!program) {
        unproven_ = "the rules cannot follow: " + why + ": not proven: " + program.error().text;
        log_error(kPlace, unproven_);
        record(AuditEvent::alarm, "agent", unproven_);
        return;
    }
    unproven_.clear();
    if (*program == wall_->wanted()) {
        return;
    }
    record(AuditEvent::interfaces, "agent", why);
    if (const auto put = wall_->put(*program); !put) {
        contested_ = "the rules cannot follow: " + put.error().text;
        log_error(kPlace, contested_);
        record(AuditEvent::alarm, "agent", contested_);
        return;
    }
    verified_ = bans_verified_ = std::chrono::steady_clock::now();
    record(AuditEvent::policy, "agent", fmt::format("generation {}: {}", wall_->generation(), why));
}

void Agent::await_tick() {
    tick_.expires_after(kTick);
    tick_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            on_tick();
            await_tick();
        }
    });
}

void Agent::on_tick() {
    ++ticks_;
    expire_bans();
    if (ticks_ % kSurroundingsTicks == 0) {
        check_surroundings();
    }
    if (ticks_ % kVerifyTicks == 0 && drift_ == DriftState::in_sync) {
        noticed_ = {std::chrono::steady_clock::now(), "unknown: found by looking"};
        drive(DriftEvent::committed_by_others);
        check_bans();
    }
}

void Agent::expire_bans() {
    const auto expired = bans_.take_expired(expiry_now());
    if (expired.empty()) {
        return;
    }
    if (const auto stored = state_->set_bans(bans_); !stored) {
        log_error(kPlace, stored.error().text);
    }
    // The kernel has dropped them by itself: only what we expect there changes.
    const auto program = program_for(policy_->wall(), bans_);
    if (program && !only_bans_differ(wall_->wanted(), *program).empty()) {
        wall_->expect(*program, wall_->generation());
    }
    record(AuditEvent::unban, "agent",
           fmt::format("{} bans are over, {} among them", expired.size(), expired.front().text()));
}

// The rules say what packets may do; these decide whether the rules are right.
void Agent::check_surroundings() {
    const FirewallConfig& policy = policy_->wall();
    const auto listener = machine_->update_listener(policy.listener);
    if (!listener) {
        log_error(kPlace, "cannot see who listens on 443: " + listener.error().text);
    } else if (*listener && policy.mode == FirewallMode::edge) {
        const ListenerVerdict& verdict = machine_->listener();
        const std::string sentence =
            verdict.sentence.empty() ? "our own program listens on 443" : verdict.sentence;
        log_info(kPlace, sentence);
        record(AuditEvent::listener, "agent", sentence);
        refresh(sentence);
    }
    sysctl_alarms_.clear();
    const bool tracked = policy.mode == FirewallMode::published ||
                         machine_->listener().state == ListenerState::foreign;
    for (const SysctlNeed& need : sysctl_needs(policy.mode != FirewallMode::closed, tracked)) {
        const SysctlResult result = ensure_sysctl(need);
        if (result.outcome == SysctlOutcome::changed) {
            sysctls_changed_.push_back(result.sentence);
            record(AuditEvent::sysctl, "agent", result.sentence);
        } else if (result.outcome == SysctlOutcome::failed && need.needed) {
            sysctl_alarms_.push_back(result.sentence);
        }
    }
}

}  // namespace portcullis::firewall
