// What the agent is asked over its socket.
#include "base/log.h"
#include "firewall/agent/agent.h"
#include "firewall/agent/difference.h"
#include "firewall/agent/lockout.h"

#include <boost/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

namespace json = boost::json;

constexpr std::string_view kPlace = "firewall";
constexpr std::size_t kNamedMax = 20;  // prefixes in one audit line

std::string who(const Peer& peer) {
    return describe_process(peer.uid, peer.pid);
}

std::string listed(const std::vector<Cidr>& prefixes) {
    std::string text;
    for (std::size_t i = 0; i < std::min(prefixes.size(), kNamedMax); ++i) {
        text += (i == 0 ? "" : ", ") + prefixes[i].text();
    }
    return prefixes.size() <= kNamedMax
               ? text
               : fmt::format("{} and {} more", text, prefixes.size() - kNamedMax);
}

std::string mode_name(FirewallMode mode) {
    return mode == FirewallMode::edge        ? "edge"
           : mode == FirewallMode::published ? "published"
                                             : "closed";
}

Outcome wrong_use(const Error& error) {
    return {Conclusion::wrong_use, error.text};
}

std::int64_t seconds(SteadyTime::duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

HttpReply Agent::answer(const HttpRequest& request) {
    if (request.method == "GET") {
        if (request.target == "/status") {
            return {200, status_json(report()), "application/json"};
        }
        if (request.target == "/metrics") {
            return {200, metrics_text(report()), "text/plain; version=0.0.4"};
        }
        if (request.target == "/bans") {
            return {200, bans_json(), "application/json"};
        }
        if (request.target == "/trial") {
            return {200, trial_json(), "application/json"};
        }
        return {404, "There are /status, /metrics, /bans and /trial.\n"};
    }
    if (request.method != "POST") {
        return {405, "Only GET and POST are understood here.\n"};
    }
    if (request.peer.uid != 0 && request.peer.uid != ::geteuid()) {
        return {403, "Only root may change anything.\n"};
    }
    const Outcome outcome = command(request);
    if (outcome.conclusion == Conclusion::no) {
        record(AuditEvent::refused, who(request.peer),
               fmt::format("{}: {}", request.target, outcome.text));
    }
    return {http_status(outcome.conclusion), outcome.text + "\n"};
}

Outcome Agent::command(const HttpRequest& request) {
    if (request.target == "/apply") {
        const auto apply = read_apply(request.body);
        return apply ? on_apply(*apply, request.peer) : wrong_use(apply.error());
    }
    if (request.target == "/confirm") {
        return on_confirm(request.peer);
    }
    if (request.target == "/ban") {
        const auto ban = read_ban(request.body);
        return ban ? on_ban(*ban, request.peer) : wrong_use(ban.error());
    }
    if (request.target == "/unban") {
        const auto unban = read_unban(request.body);
        return unban ? on_unban(*unban, request.peer) : wrong_use(unban.error());
    }
    return {Conclusion::wrong_use, "There are /apply, /confirm, /ban and /unban."};
}

Outcome Agent::on_apply(const ApplyRequest& request, const Peer& peer) {
    if (trial_.state() == TrialState::running) {
        return refused(
            "a program is on trial already; confirm it, or wait until it is rolled back");
    }
    PolicyAttempt attempt = policy_of(request.text, request.file);
    if (!attempt.policy) {
        return refused(attempt.complaints + request.file.string() +
                       " is invalid; nothing was changed");
    }
    const auto login = login_of(peer.pid);
    if (login && login->ssh && !request.force) {
        const std::string why = why_locked_out(attempt.policy->wall(), bans_, *login->ssh);
        if (!why.empty()) {
            return refused(why + "; --force applies it all the same");
        }
    }
    const bool trial = request.trial.count() > 0;
    if (trial) {
        if (const auto marked = state_->mark_unconfirmed(request.text); !marked) {
            return {Conclusion::could_not_ask, marked.error().text};
        }
    }
    const WallPolicy before = *policy_;
    if (auto put = put_policy(*attempt.policy); !put) {
        return put;
    }
    check_surroundings();
    if (!trial) {
        record(AuditEvent::policy, who(peer), "policy " + digest(policy_->text));
        auto kept = keep_policy();
        return kept ? Outcome{Conclusion::fine, "applied"} : kept;
    }
    previous_ = before;
    begin_trial(request.trial, login ? *login : Login{}, who(peer));
    return {Conclusion::fine,
            fmt::format("applied for {} seconds; to keep it, log in anew and there run "
                        "portcullis-firewall confirm",
                        request.trial.count())};
}

Outcome Agent::on_ban(const BanRequest& request, const Peer& peer) {
    const Expiry until = expiry_now() + request.time;
    BanTable bans = bans_;
    std::size_t changed = 0;
    for (const Cidr& prefix : request.prefixes) {
        if (bans.ban({prefix, until})) {
            ++changed;
        } else if (bans.full() && !bans.covering(prefix.network)) {
            numbers_.bans_refused += request.prefixes.size();
            return refused(
                fmt::format("firewall.bans_max is {}, and {} are banned: nobody was banned",
                            policy_->wall().bans_max, bans_.size()));
        }
    }
    const auto login = login_of(peer.pid);
    if (login && login->ssh && !request.force) {
        const auto own = bans.covering(login->ssh->client.address);
        if (own && !bans_.covering(login->ssh->client.address)) {
            return refused(
                fmt::format("you are logged in from {}, which is in {}; --force bans it all "
                            "the same",
                            login->ssh->client.address.text(), own->prefix.text()));
        }
    }
    if (changed == 0) {
        return {Conclusion::fine, "nothing changed: banned for as long already"};
    }
    if (auto used = use_bans(std::move(bans)); !used) {
        return used;
    }
    record(AuditEvent::ban, who(peer),
           fmt::format("{} for {} s: {}", listed(request.prefixes), request.time.count(),
                       request.reason.empty() ? "no reason given" : request.reason));
    return {Conclusion::fine, fmt::format("{} banned", changed)};
}

Outcome Agent::on_unban(const BanRequest& request, const Peer& peer) {
    BanTable bans = bans_;
    for (const Cidr& prefix : request.prefixes) {
        if (bans.unban(prefix)) {
            continue;
        }
        const auto wider = bans.covering(prefix.network);
        return refused(
            prefix.text() + " is not banned" +
            (wider ? ", but is part of " + wider->prefix.text() + ", which is" : std::string{}));
    }
    if (auto used = use_bans(std::move(bans)); !used) {
        return used;
    }
    record(AuditEvent::unban, who(peer), listed(request.prefixes));
    return {Conclusion::fine, fmt::format("{} no longer banned", request.prefixes.size())};
}

Outcome Agent::use_bans(BanTable bans) {
    const auto program = program_for(policy_->wall(), bans);
    if (!program) {
        return refused("not proven: " + program.error().text);
    }
    const auto sets = only_bans_differ(wall_->wanted(), *program);
    auto put = sets.empty() ? Answer<void>{} : wall_->put_bans(*program, sets);
    if (!put || (sets.empty() && *program != wall_->wanted())) {
        put = wall_->put(*program);
    }
    if (!put) {
        return outcome_of(put.error());
    }
    bans_ = std::move(bans);
    if (const auto stored = state_->set_bans(bans_); !stored) {
        log_error(kPlace, stored.error().text + "; a restart will not know of the latest bans");
    }
    return {};
}

std::string Agent::trial_json() const {
    const bool running = trial_.state() == TrialState::running;
    return json::serialize(json::object{
        {"state", std::string{name(trial_.state())}},
        {"seconds_left",
         running ? seconds(trial_.deadline() - std::chrono::steady_clock::now()) : 0}});
}

std::string Agent::bans_json() const {
    json::array bans;
    for (const Ban& ban : bans_.all()) {
        bans.push_back(json::object{{"prefix", ban.prefix.text()},
                                    {"until", ban.until.time_since_epoch().count()}});
    }
    return json::serialize(bans) + "\n";
}

Report Agent::report() {
    const auto time = std::chrono::steady_clock::now();
    Report report = numbers_;
    report.mode = mode_name(policy_->wall().mode);
    report.policy = digest(policy_->text);
    report.confirmed = trial_.state() != TrialState::running;
    report.trial = name(trial_.state());
    report.trial_seconds_left = report.confirmed ? 0 : seconds(trial_.deadline() - time);
    report.start = start_;
    report.ownership = name(wall_->ownership());
    report.generation = wall_->generation();
    report.drift = name(drift_);
    report.verified_seconds_ago = seconds(time - std::min(verified_, bans_verified_));
    report.listener = name(machine_->listener().state);
    report.degraded = degraded();
    report.sysctls = sysctls_changed_;
    report.bans = bans_.size();
    report.bans_max = policy_->wall().bans_max;
    report.uptime_seconds = seconds(time - started_);
    report.audit_number = audit_->head().number;
    report.audit_hash = audit_->head().hash;
    report.counters = wall_->counters();
    report.alarms = alarms(report.counters);
    return report;
}

std::vector<std::string> Agent::alarms(const Counters& counters) const {
    std::vector<std::string> alarms = interface_alarms_;
    alarms.insert(alarms.end(), sysctl_alarms_.begin(), sysctl_alarms_.end());
    for (const std::string& alarm : {contested_, unproven_, swarm_trouble_}) {
        if (!alarm.empty()) {
            alarms.push_back(alarm);
        }
    }
    const bool edge = policy_->wall().mode == FirewallMode::edge;
    if (edge && machine_->listener().state == ListenerState::foreign) {
        alarms.push_back(machine_->listener().sentence);
    }
    for (const auto& [name, counted] : counters) {
        if (name.starts_with("canary") && counted.packets > 0) {
            alarms.push_back(fmt::format("{} packets passed the gate by another way ({})",
                                         counted.packets, name));
        }
    }
    if (numbers_.audit_failures > 0) {
        alarms.push_back(
            fmt::format("{} lines of the audit log could not be written", numbers_.audit_failures));
    }
    return alarms;
}

std::vector<std::string> Agent::degraded() const {
    std::vector<std::string> modes = degraded_modes(machine_->features());
    if (policy_->wall().mode == FirewallMode::edge &&
        machine_->listener().state == ListenerState::foreign) {
        modes.push_back("tracked: connections to 443 are tracked, because its socket is not ours");
    }
    return modes;
}

}  // namespace portcullis::firewall
