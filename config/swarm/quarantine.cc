#include "config/swarm/quarantine.h"

#include "base/log.h"
#include "config/types/quote.h"

#include <algorithm>

namespace portcullis::swarm {

void log_quarantine(std::string_view place, const std::vector<Quarantine>& before,
                    const std::vector<Quarantine>& now) {
    for (const Quarantine& one : now) {
        if (std::find(before.begin(), before.end(), one) == before.end()) {
            log_warning(place, "service " + in_quotes(one.service) +
                                   " is not routed: " + printable(one.reason));
        }
    }
    for (const Quarantine& one : before) {
        const auto same = [&](const Quarantine& other) { return other.service == one.service; };
        if (std::none_of(now.begin(), now.end(), same)) {
            log_info(place, "service " + in_quotes(one.service) + " is in quarantine no more");
        }
    }
}

}  // namespace portcullis::swarm
