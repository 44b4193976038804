#include "config/swarm/quarantine.h"

#include "base/log.h"
#include "config/types/quote.h"

#include <algorithm>

namespace portcullis::swarm {

namespace {

std::string named(const Quarantine& one) {
    return (one.route.empty() ? "" : "the route " + in_quotes(one.route) + " of ") + "service " +
           in_quotes(one.service);
}

}  // namespace

void log_quarantine(std::string_view place, const std::vector<Quarantine>& before,
                    const std::vector<Quarantine>& now) {
    for (const Quarantine& one : now) {
        if (std::find(before.begin(), before.end(), one) == before.end()) {
            log_warning(place, named(one) + " is not routed: " + printable(one.reason));
        }
    }
    for (const Quarantine& one : before) {
        const auto same = [&](const Quarantine& other) {
            return other.service == one.service && other.route == one.route;
        };
        if (std::none_of(now.begin(), now.end(), same)) {
            log_info(place, named(one) + " is in quarantine no more");
        }
    }
}

void log_notes(std::string_view place, const std::vector<Note>& before,
               const std::vector<Note>& now) {
    for (const Note& note : now) {
        if (std::find(before.begin(), before.end(), note) == before.end()) {
            log_info(place,
                     (note.service.empty() ? "" : "service " + in_quotes(note.service) + ": ") +
                         printable(note.sentence));
        }
    }
}

}  // namespace portcullis::swarm
