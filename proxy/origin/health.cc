#include "proxy/origin/health.h"

namespace portcullis::origin {

bool Health::note(bool passed, const HealthConfig& config) {
    if (state_ == State::unknown) {
        state_ = passed ? State::up : State::unknown;
        return passed;
    }
    if (passed == up()) {
        against_ = 0;
        return false;
    }
    if (++against_ < (passed ? config.healthy : config.unhealthy)) {
        return false;
    }
    state_ = passed ? State::up : State::down;
    against_ = 0;
    return true;
}

}  // namespace portcullis::origin
