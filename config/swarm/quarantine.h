// Telling of services and routes that are not routed, and of notes, in the process's own log.
#pragma once

#include "config/swarm/snapshot.h"

#include <string_view>
#include <vector>

namespace portcullis::swarm {

// A line for each that is new, or for another reason than before, and for each that is over.
void log_quarantine(std::string_view place, const std::vector<Quarantine>& before,
                    const std::vector<Quarantine>& now);

// A line for each note that is new.
void log_notes(std::string_view place, const std::vector<Note>& before,
               const std::vector<Note>& now);

}  // namespace portcullis::swarm
