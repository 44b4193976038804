#include "firewall/agent/trial.h"

#include <array>
#include <utility>

namespace portcullis::firewall {

std::string_view name(TrialState state) {
    constexpr std::array<std::string_view, 4> names{"none", "running", "confirmed", "rolled_back"};
    return names[static_cast<std::size_t>(state)];
}

void Trial::begin(SteadyTime deadline, Login applied_by, BootTicks applied) {
    state_ = TrialState::running;
    deadline_ = deadline;
    applied_by_ = std::move(applied_by);
    applied_ = applied;
}

std::string Trial::confirm(SteadyTime now, const Login& by) {
    if (state_ != TrialState::running) {
        return "nothing waits to be confirmed";
    }
    if (now >= deadline_) {
        return "the time to confirm is over";
    }
    if (by.ssh && by.ssh == applied_by_.ssh) {
        return "this comes over the connection from which the program was applied, which was made "
               "before it; confirm from a new one";
    }
    if (by.began <= applied_) {
        return "this login began before the program was applied, so it proves nothing; log in anew "
               "and confirm there";
    }
    state_ = TrialState::confirmed;
    return {};
}

bool Trial::take_expired(SteadyTime now) {
    return state_ == TrialState::running && now >= deadline_ && take_revoked();
}

bool Trial::take_revoked() {
    if (state_ != TrialState::running) {
        return false;
    }
    state_ = TrialState::rolled_back;
    return true;
}

}  // namespace portcullis::firewall
