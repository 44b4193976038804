#include "proxy/observe/swarm_reading.h"

#include <boost/json.hpp>

#include <fmt/format.h>
#include <iterator>

namespace portcullis::observe {
namespace {

void gauge(std::string& out, std::string_view name, std::string_view meaning, std::string_view type,
           double value) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_{0} {1}\n# TYPE portcullis_{0} {2}\nportcullis_{0} {3}\n",
                   name, meaning, type, value);
}

double seconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1000;
}

}  // namespace

void write_swarm(std::string& out, const SwarmReading& swarm) {
    boost::json::array quarantine;
    for (const auto& [service, reason, route] : swarm.quarantine) {
        quarantine.push_back({{"service", service}, {"route", route}, {"reason", reason}});
    }
    boost::json::array notes;
    for (const auto& [service, sentence] : swarm.notes) {
        notes.push_back({{"service", service}, {"sentence", sentence}});
    }
    boost::json::object object{{"age_seconds", nullptr},
                               {"stale", swarm.stale},
                               {"endpoints", swarm.endpoints},
                               {"snapshots_refused", swarm.snapshots_refused},
                               {"quarantine", std::move(quarantine)},
                               {"notes", std::move(notes)}};
    if (swarm.age) {
        object["age_seconds"] = seconds(*swarm.age);
    }
    out += boost::json::serialize(object);
}

void write_swarm_metrics(std::string& out, const SwarmReading& swarm) {
    if (swarm.age) {
        gauge(out, "swarm_age_seconds", "Since the swarm has said what is routed", "gauge",
              seconds(*swarm.age));
    }
    gauge(out, "swarm_stale", "1 while that is longer ago than discovery.stale_after or stale_max",
          "gauge", swarm.stale ? 1 : 0);
    gauge(out, "swarm_endpoints_unverified",
          "1 while neither the snapshot nor Docker's resolver says whose the addresses are",
          "gauge", swarm.endpoints == "nobody" ? 1 : 0);
    gauge(out, "swarm_snapshots_refused_total",
          "Snapshots that were missing, unsigned, malformed or older than the one in use",
          "counter", static_cast<double>(swarm.snapshots_refused));
    gauge(out, "swarm_quarantined", "Services and routes of the swarm that are not routed", "gauge",
          static_cast<double>(swarm.quarantine.size()));
}

}  // namespace portcullis::observe
