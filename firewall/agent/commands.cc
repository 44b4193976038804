#include "firewall/agent/commands.h"

#include "base/ask.h"
#include "base/file.h"
#include "config/swarm/follow.h"
#include "config/swarm/seal.h"
#include "firewall/agent/agent.h"
#include "firewall/agent/audit_verify.h"
#include "firewall/agent/feeds.h"
#include "firewall/agent/peers.h"
#include "firewall/program/diff.h"
#include "firewall/program/print.h"

#include <boost/json.hpp>

#include <cstdio>
#include <fmt/format.h>
#include <thread>

namespace portcullis::firewall {
namespace {

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::size_t kDiffLinesMax = 1000;

int exit_status(Conclusion conclusion) {
    return static_cast<int>(conclusion);
}

int finish(const Outcome& outcome) {
    if (!outcome.text.empty()) {
        std::fprintf(outcome ? stdout : stderr, "%s%s\n",
                     outcome ? "" : "portcullis-firewall: ", outcome.text.c_str());
    }
    return exit_status(outcome.conclusion);
}

int finish(const Error& error) {
    return finish(Outcome{Conclusion::could_not_ask, error.text});
}

PolicyAttempt load_and_complain(const std::filesystem::path& config) {
    PolicyAttempt attempt = load_policy(config);
    std::fputs(attempt.complaints.c_str(), stderr);
    return attempt;
}

// The bans and seeds of the agent that runs here, if any does: without them the kernel would seem
// to hold another program than the configuration asks for.
Result<Facts> facts_here(const FirewallConfig& policy) {
    auto machine = Machine::look();
    if (!machine) {
        return machine.error();
    }
    if (const auto listener = machine->update_listener(policy.listener); !listener) {
        return listener.error();
    }
    if (const auto feeds = machine->update_feeds(policy); !feeds) {
        return feeds.error();
    }
    BanTable bans{policy.bans_max};
    Seeds seeds = Facts{}.seeds;
    std::error_code ignored;
    if (std::filesystem::is_directory(policy.state, ignored)) {
        const auto state = StateDirectory::open(policy.state);
        auto stored = state->bans(policy.bans_max, expiry_now());
        if (stored) {
            bans = std::move(stored->bans);
        }
        seeds = state->seeds().value_or(seeds);
    }
    return machine->facts(bans, seeds);
}

// The swarm's, as the agent would take them from the snapshot that is there now; none where it
// would take none. What the agent keeps is read, and not written: that is the agent's.
std::vector<IpAddress> nodes_here(const Config& config) {
    const DiscoveryConfig& discovery = config.discovery;
    if (discovery.snapshot.empty()) {
        return {};
    }
    const auto keys = swarm::VerifyKeys::read(discovery.verify_key);
    const auto sealed = read_file(discovery.snapshot, swarm::kSnapshotBytesMax + swarm::kSealBytes);
    if (!keys || !sealed) {
        return {};
    }
    const swarm::AcceptedSerial accepted{swarm_serial(config.firewall.state), *keys};
    auto taken = swarm::accept(*sealed, *keys, accepted.serial());
    return taken ? std::move(taken->snapshot.nodes) : std::vector<IpAddress>{};
}

// The program that applying would put there, or why there is none.
struct Planned {
    std::optional<Program> program;
    Outcome outcome;
};

Planned plan(const std::filesystem::path& config) {
    const auto attempt = load_and_complain(config);
    if (!attempt.policy) {
        return {{}, refused(config.string() + " is invalid")};
    }
    const auto facts = facts_here(attempt.policy->wall());
    if (!facts) {
        return {{}, {Conclusion::could_not_ask, facts.error().text}};
    }
    const auto nodes = nodes_here(*attempt.policy->config);
    auto program = proven_program(with_peers(attempt.policy->wall(), nodes), *facts);
    if (!program) {
        return {{}, refused("not proven: " + program.error().text)};
    }
    return {std::move(*program), {}};
}

int ask_and_finish(const FirewallConfig& policy, std::string_view target, std::string body) {
    auto reply = ask(policy.socket, "POST", target, std::move(body));
    if (!reply) {
        return finish(reply.error());
    }
    if (reply->body.ends_with('\n')) {
        reply->body.pop_back();
    }
    return finish(Outcome{conclusion_of(reply->status), std::move(reply->body)});
}

// Until the agent says how the trial ended.
int await_decision(const std::filesystem::path& socket) {
    for (;;) {
        const auto reply = ask(socket, "GET", "/trial");
        if (!reply) {
            return finish(reply.error());
        }
        boost::json::error_code error;
        const auto value = boost::json::parse(reply->body, error);
        const std::string state =
            error ? std::string{} : std::string{value.as_object().at("state").as_string()};
        if (state == "confirmed") {
            return finish(Outcome{Conclusion::fine, "confirmed"});
        }
        if (state != "running") {
            return finish(refused("rolled back: nobody confirmed it from a new login"));
        }
        std::this_thread::sleep_for(kPoll);
    }
}

int apply_here(const std::filesystem::path& config, std::chrono::seconds trial, bool force) {
    Agent agent{{config, trial, force}};
    if (const Outcome started = agent.start(); !started) {
        return finish(started);
    }
    if (trial.count() > 0) {
        std::printf(
            "applied for %lld seconds; to keep it, log in anew and there run "
            "portcullis-firewall confirm\n",
            static_cast<long long>(trial.count()));
        std::fflush(stdout);
    }
    const int status = agent.run();
    return finish(status == 0
                      ? Outcome{Conclusion::fine, trial.count() > 0 ? "confirmed" : "applied"}
                      : refused("rolled back"));
}

Result<BanRequest> request_of(const BanCommand& command) {
    BanRequest request{
        {}, std::chrono::floor<std::chrono::seconds>(command.time), command.reason, command.force};
    for (const std::string& text : command.prefixes) {
        const auto prefix = Cidr::parse(text);
        if (!prefix) {
            return prefix.error();
        }
        request.prefixes.push_back(*prefix);
    }
    if (!command.file.empty()) {
        const auto feed = read_feeds({command.file});
        if (!feed) {
            return feed.error();
        }
        if (feed->unread > 0) {
            return failure(fmt::format("{} lines of {} are no addresses or prefixes", feed->unread,
                                       command.file.string()));
        }
        request.prefixes.insert(request.prefixes.end(), feed->prefixes.begin(),
                                feed->prefixes.end());
    }
    if (request.prefixes.empty()) {
        return failure("name an address or a prefix");
    }
    return request;
}

int ban_or_unban(const std::filesystem::path& config, const BanCommand& command,
                 std::string_view target) {
    const auto request = request_of(command);
    if (!request) {
        return finish(Outcome{Conclusion::wrong_use, request.error().text});
    }
    return ask_and_finish(load_policy(config).draft, target, to_json(*request));
}

int print_answer(const std::filesystem::path& config, std::string_view target) {
    const auto reply = ask(load_policy(config).draft.socket, "GET", target);
    if (!reply) {
        return finish(reply.error());
    }
    std::fputs(reply->body.c_str(), stdout);
    return reply->status == 200 ? 0 : 3;
}

}  // namespace

int check(const std::filesystem::path& config) {
    const bool valid = load_and_complain(config).policy.has_value();
    return finish(valid ? Outcome{Conclusion::fine, config.string() + " is valid"}
                        : refused(config.string() + " is invalid"));
}

int show(const std::filesystem::path& config) {
    const Planned planned = plan(config);
    if (!planned.program) {
        return finish(planned.outcome);
    }
    std::fputs(print(*planned.program, expiry_now()).c_str(), stdout);
    return 0;
}

int diff(const std::filesystem::path& config) {
    const Planned planned = plan(config);
    if (!planned.program) {
        return finish(planned.outcome);
    }
    auto socket = Socket::open();
    const auto installed = socket ? read(*socket) : Answer<Installed>{socket.error()};
    if (!installed) {
        return finish(Outcome{Conclusion::could_not_ask, installed.error().text});
    }
    const std::vector<Change> changes = diff(installed->program, as_installed(*planned.program));
    for (const std::string& line : installed->foreign) {
        std::printf("- %s\n", line.c_str());
    }
    std::fputs(text(changes, kDiffLinesMax).c_str(), stdout);
    return changes.empty() && installed->foreign.empty()
               ? finish(Outcome{Conclusion::fine, "the kernel holds this program"})
               : exit_status(Conclusion::no);
}

int prove(const std::filesystem::path& config) {
    const Planned planned = plan(config);
    return finish(planned.program ? Outcome{Conclusion::fine, "proven"} : planned.outcome);
}

int apply(const std::filesystem::path& config, Duration trial, bool force) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(trial);
    if (trial.count() > 0 && (seconds < kTrialMin || seconds > kTrialMax)) {
        return finish(Outcome{
            Conclusion::wrong_use,
            fmt::format("a trial lasts {} to {} seconds", kTrialMin.count(), kTrialMax.count())});
    }
    const auto attempt = load_policy(config);
    if (!ask(attempt.draft.socket, "GET", "/trial")) {
        return apply_here(config, seconds, force);
    }
    if (!attempt.policy) {
        std::fputs(attempt.complaints.c_str(), stderr);
        return finish(refused(config.string() + " is invalid; nothing was changed"));
    }
    const int asked =
        ask_and_finish(attempt.policy->wall(), "/apply",
                       to_json(ApplyRequest{config, attempt.policy->text, seconds, force}));
    std::fflush(stdout);
    return asked != 0 || seconds.count() == 0 ? asked
                                              : await_decision(attempt.policy->wall().socket);
}

int run(const std::filesystem::path& config) {
    Agent agent{{config, std::nullopt, false}};
    if (const Outcome started = agent.start(); !started) {
        return finish(started);
    }
    return agent.run();
}

int confirm(const std::filesystem::path& config) {
    return ask_and_finish(load_policy(config).draft, "/confirm", {});
}

int status(const std::filesystem::path& config) {
    const auto reply = ask(load_policy(config).draft.socket, "GET", "/status");
    if (!reply) {
        return finish(reply.error());
    }
    std::fputs(reply->body.c_str(), stdout);
    boost::json::error_code error;
    const auto value = boost::json::parse(reply->body, error);
    const bool fine = !error && value.is_object() && value.as_object().contains("fine") &&
                      value.as_object().at("fine") == true;
    return fine ? 0 : exit_status(Conclusion::no);
}

int bans(const std::filesystem::path& config) {
    return print_answer(config, "/bans");
}

int ban(const std::filesystem::path& config, const BanCommand& command) {
    return ban_or_unban(config, command, "/ban");
}

int unban(const std::filesystem::path& config, const BanCommand& command) {
    return ban_or_unban(config, command, "/unban");
}

int verify(const std::filesystem::path& config) {
    const auto verdict = verify_audit(load_policy(config).draft.audit);
    if (!verdict) {
        return finish(verdict.error());
    }
    if (!verdict->wrong.empty()) {
        return finish(refused(verdict->wrong));
    }
    return finish(
        Outcome{Conclusion::fine,
                fmt::format("{} lines, none of them edited, removed or moved{}{}", verdict->lines,
                            verdict->note.empty() ? "" : "; ", verdict->note)});
}

}  // namespace portcullis::firewall
