// Whether an endpoint passes its service's active checks. Pure: somebody else makes the checks.
//
//   unknown --passed--> up                          down until the first success
//   up      --failed, `unhealthy` times in a row--> down
//   down    --passed, `healthy` times in a row--> up
#pragma once

#include "config/service_model.h"

#include <cstddef>
#include <cstdint>

namespace portcullis::origin {

class Health {
  public:
    enum class State : std::uint8_t { unknown, up, down };

    [[nodiscard]] State state() const { return state_; }

    [[nodiscard]] bool up() const { return state_ == State::up; }

    // True: the state has changed.
    bool note(bool passed, const HealthConfig& config);

    // It has served until now, without checks: innocent until they say otherwise.
    void assume_up() {
        state_ = State::up;
        against_ = 0;
    }

  private:
    State state_ = State::unknown;
    std::size_t against_ = 0;  // checks in a row that contradict the state
};

}  // namespace portcullis::origin
