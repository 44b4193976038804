// What is shown of the swarm that the configuration follows.
#pragma once

#include "config/types/duration.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::observe {

struct QuarantineReading {
    std::string service;
    std::string reason;
    std::string route = {};  // empty: the service as a whole
};

struct NoteReading {
    std::string service;
    std::string sentence;
};

struct SwarmReading {
    bool known = false;                // there is a snapshot
    std::optional<Duration> age = {};  // since the swarm has said it; none: nothing is known yet
    bool stale = false;  // older than discovery.stale_after, or too old to vouch for endpoints
    std::string_view endpoints = "snapshot";  // who vouches for them: or resolver, or nobody
    std::uint64_t snapshots_refused = 0;
    std::vector<QuarantineReading> quarantine = {};
    std::vector<NoteReading> notes = {};
};

// Appends a JSON object.
void write_swarm(std::string& out, const SwarmReading& swarm);

// Appends Prometheus text.
void write_swarm_metrics(std::string& out, const SwarmReading& swarm);

}  // namespace portcullis::observe
