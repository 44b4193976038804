// A program on trial: confirmed, or taken back.
#include "base/log.h"
#include "firewall/agent/agent.h"

#include <fmt/format.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr std::string_view kPlace = "firewall";
// For whoever polls for the end of a trial, before the process that kept it goes.
constexpr std::chrono::milliseconds kFarewell{500};

Outcome outcome_of(const Error& error) {
    return {Conclusion::could_not_ask, error.text};
}

}  // namespace

Outcome Agent::keep_policy() {
    const auto kept = state_->set_confirmed(policy_->text);
    return kept ? Outcome{} : outcome_of(kept.error());
}

void Agent::begin_trial(std::chrono::seconds time, const Login& by, const std::string& who) {
    trial_.begin(std::chrono::steady_clock::now() + time, by, boot_ticks_now());
    const std::string sentence = fmt::format("policy {} for {} seconds, unless confirmed",
                                             digest(policy_->text), time.count());
    record(AuditEvent::trial, who, sentence);
    await_trial();
}

void Agent::await_trial() {
    trial_end_.expires_at(trial_.deadline());
    trial_end_.async_wait([this](const boost::system::error_code& error) {
        if (!error && trial_.take_expired(std::chrono::steady_clock::now())) {
            roll_back("nobody confirmed it");
        }
    });
}

void Agent::roll_back(const std::string& why) {
    const Outcome back = put_back();
    const std::string sentence =
        back ? why + "; what was there before is there again"
             : why + ", and what was there before cannot be put back: " + back.text;
    record(AuditEvent::rolled_back, "agent", sentence);
    (back ? log_warning : log_error)(kPlace, "rolled back: " + sentence);
    previous_.reset();
    if (options_.apply) {
        exit_status_ = 1;
        end_soon();
    }
}

Outcome Agent::put_back() {
    if (previous_) {
        return put_policy(WallPolicy{*previous_});
    }
    const auto put = before_->tables.empty() ? wall_->take_down() : wall_->put(before_->program);
    return put ? Outcome{} : firewall::outcome_of(put.error());
}

Outcome Agent::on_confirm(const Peer& peer) {
    const auto login = login_of(peer.pid);
    if (!login) {
        return refused("it cannot be seen where you are logged in: " + login.error().text);
    }
    const std::string why = trial_.confirm(std::chrono::steady_clock::now(), *login);
    if (!why.empty()) {
        return refused(why);
    }
    previous_.reset();
    record(AuditEvent::confirmed, describe_process(peer.uid, peer.pid),
           "policy " + digest(policy_->text));
    if (options_.apply) {
        end_soon();
    } else {
        trial_end_.cancel();
    }
    auto kept = keep_policy();
    return kept ? Outcome{Conclusion::fine, "confirmed"} : kept;
}

void Agent::end_soon() {
    trial_end_.expires_after(kFarewell);
    trial_end_.async_wait([this](const boost::system::error_code&) { io_.stop(); });
}

}  // namespace portcullis::firewall
