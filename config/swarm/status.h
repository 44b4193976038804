// What portcullis-discovery answers on its unix socket (base/http_socket.h), read-only:
//   GET /status   JSON, for people and the portcullis command
//   GET /metrics  Prometheus text
#pragma once

#include "base/http_socket.h"
#include "config/swarm/answers.h"
#include "config/swarm/engine.h"
#include "config/swarm/snapshot.h"

#include <array>
#include <functional>
#include <string>

namespace portcullis::swarm {

// A moment of the process.
struct DiscoveryReading {
    Snapshot snapshot;  // as it was written last, or would be
    Role role = Role::none;
    std::string engine;       // that is asked, as discovery.docker has it
    std::string api_version;  // empty: none is agreed on
    std::string trouble;      // of the last look; empty: none
    std::chrono::seconds age{};
    bool stale = false;
    bool events = false;  // they are listened to
    std::uint64_t looks = 0;
    std::array<std::uint64_t, kTroubles> failures{};  // by Trouble
    std::uint64_t streams_failed = 0;                 // of events
    std::uint64_t written = 0;                        // snapshots
    std::uint64_t writes_failed = 0;
    std::uint64_t reloads = 0;
    std::uint64_t reloads_refused = 0;
};

std::string status_json(const DiscoveryReading& reading);
std::string metrics_text(const DiscoveryReading& reading);

// read is called for each request that is answered with numbers.
HttpReply answer_status(const HttpRequest& request, const std::function<DiscoveryReading()>& read);

}  // namespace portcullis::swarm
