// A program on trial: it goes unless someone who came in after it was applied confirms it. A pure
// machine; the caller has the clock and puts the old program back.
//
// What proves that an operator can still get in? Not an open shell: its connection was made under
// the old rules. So a confirmation counts when
//   - its login began after the program was applied, and
//   - it did not come over the very TCP connection from which the program was applied (SSH
//   multiplexing
//     opens new shells in an old connection).
// This guards against mistakes. Root can of course pretend.
#pragma once

#include "firewall/agent/login.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace portcullis::firewall {

using SteadyTime = std::chrono::steady_clock::time_point;

enum class TrialState : std::uint8_t { none, running, confirmed, rolled_back };

std::string_view name(TrialState state);

class Trial {
  public:
    [[nodiscard]] TrialState state() const { return state_; }

    // Only meaningful while running.
    [[nodiscard]] SteadyTime deadline() const { return deadline_; }

    // The program was applied by this login at this moment. A trial under way is replaced by it.
    void begin(SteadyTime deadline, Login applied_by, BootTicks applied);

    // Empty: confirmed. Otherwise why not, and nothing changes.
    std::string confirm(SteadyTime now, const Login& by);

    // True once, when the time is up: put the old program back.
    bool take_expired(SteadyTime now);

    // The same at once, whatever the time. False when nothing is on trial.
    bool take_revoked();

  private:
    TrialState state_ = TrialState::none;
    SteadyTime deadline_;
    Login applied_by_;
    BootTicks applied_ = 0;
};

}  // namespace portcullis::firewall
