#include "config/swarm/outage.h"

#include <utility>

namespace portcullis::swarm {

std::optional<Said> Outage::on_failure(const std::string& why, Time now) {
    const bool begins = why_.empty();
    why_ = why;
    if (begins) {
        return Said{Said::Level::warning,
                    "the swarm is not seen: " + why + "; what was last known stays"};
    }
    if (stale(now) && (!alarmed_ || now - *alarmed_ >= kAlarmAgain)) {
        alarmed_ = now;
        return Said{Said::Level::error,
                    "what is known of the swarm is " + duration_text(age(now)) + " old: " + why};
    }
    return std::nullopt;
}

std::optional<Said> Outage::on_good(Time now) {
    const auto before = age(now);
    good_ = now;
    alarmed_.reset();
    if (std::exchange(why_, {}).empty()) {
        return std::nullopt;
    }
    return Said{Said::Level::info, "the swarm is seen again, after " + duration_text(before)};
}

std::chrono::seconds Outage::age(Time now) const {
    return std::chrono::duration_cast<std::chrono::seconds>(now - good_);
}

}  // namespace portcullis::swarm
