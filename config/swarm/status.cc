#include "config/swarm/status.h"

#include <boost/json.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace portcullis::swarm {
namespace {

namespace json = boost::json;

std::string_view name(Role role) {
    return role == Role::manager ? "manager" : role == Role::worker ? "worker" : "none";
}

// What becomes of requests to it.
std::string_view state_of(const Service& service, const std::vector<Quarantine>& quarantine) {
    const bool quarantined = std::any_of(
        quarantine.begin(), quarantine.end(),
        [&](const Quarantine& one) { return one.service == service.name && one.route.empty(); });
    const bool leaving = std::all_of(service.tasks.begin(), service.tasks.end(),
                                     [](const Task& task) { return task.leaving; });
    return quarantined             ? "quarantined"
           : service.tasks.empty() ? "empty"
           : leaving               ? "leaving"
                                   : "routable";
}

json::array services_of(const Snapshot& snapshot) {
    json::array services;
    for (const Service& service : snapshot.services) {
        json::array tasks;
        for (const Task& task : service.tasks) {
            tasks.push_back(
                {{"id", task.id}, {"address", task.address.text()}, {"leaving", task.leaving}});
        }
        services.push_back({{"name", service.name},
                            {"id", service.id},
                            {"stack", service.stack},
                            {"state", state_of(service, snapshot.quarantine)},
                            {"labelled", !service.labels.empty()},
                            {"tasks", std::move(tasks)}});
    }
    return services;
}

json::array quarantine_of(const Snapshot& snapshot) {
    json::array quarantine;
    for (const auto& [service, reason, route] : snapshot.quarantine) {
        quarantine.push_back({{"service", service}, {"route", route}, {"reason", reason}});
    }
    return quarantine;
}

json::array notes_of(const Snapshot& snapshot) {
    json::array notes;
    for (const auto& [service, sentence] : snapshot.notes) {
        notes.push_back({{"service", service}, {"sentence", sentence}});
    }
    return notes;
}

json::array nodes_of(const Snapshot& snapshot) {
    json::array nodes;
    for (const IpAddress& node : snapshot.nodes) {
        nodes.emplace_back(node.text());
    }
    return nodes;
}

std::uint64_t tasks_of(const Snapshot& snapshot) {
    std::uint64_t tasks = 0;
    for (const Service& service : snapshot.services) {
        tasks += static_cast<std::uint64_t>(
            std::count_if(service.tasks.begin(), service.tasks.end(),
                          [](const Task& task) { return !task.leaving; }));
    }
    return tasks;
}

void head(std::string& out, std::string_view name, std::string_view meaning,
          std::string_view type) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_discovery_{0} {1}\n# TYPE portcullis_discovery_{0} {2}\n",
                   name, meaning, type);
}

void metric(std::string& out, std::string_view name, std::string_view meaning,
            std::string_view type, std::uint64_t value) {
    head(out, name, meaning, type);
    fmt::format_to(std::back_inserter(out), "portcullis_discovery_{} {}\n", name, value);
}

void failures_metric(std::string& out, const DiscoveryReading& reading) {
    head(out, "failures_total", "Looks at the swarm that failed, by what went wrong", "counter");
    for (std::size_t i = 1; i < kTroubles; ++i) {
        fmt::format_to(std::back_inserter(out),
                       "portcullis_discovery_failures_total{{kind=\"{}\"}} {}\n",
                       swarm::name(static_cast<Trouble>(i)), reading.failures.at(i));
    }
}

}  // namespace

std::string status_json(const DiscoveryReading& reading) {
    const json::object object{{"fine", reading.trouble.empty() && !reading.stale},
                              {"age_seconds", reading.age.count()},
                              {"stale", reading.stale},
                              {"trouble", reading.trouble},
                              {"role", name(reading.role)},
                              {"engine", reading.engine},
                              {"api_version", reading.api_version},
                              {"events", reading.events},
                              {"serial", reading.snapshot.serial},
                              {"nodes", nodes_of(reading.snapshot)},
                              {"services", services_of(reading.snapshot)},
                              {"quarantine", quarantine_of(reading.snapshot)},
                              {"notes", notes_of(reading.snapshot)}};
    std::string out = "{";
    for (const auto& [key, value] : object) {
        fmt::format_to(std::back_inserter(out), "{}\n  {}: {}", out.size() == 1 ? "" : ",",
                       json::serialize(json::string{key}), json::serialize(value));
    }
    return out + "\n}\n";
}

std::string metrics_text(const DiscoveryReading& reading) {
    std::string out;
    const Snapshot& snapshot = reading.snapshot;
    metric(out, "looks_total", "Looks at the swarm", "counter", reading.looks);
    failures_metric(out, reading);
    metric(out, "streams_failed_total", "Streams of events that ended", "counter",
           reading.streams_failed);
    metric(out, "events", "1 while events are listened to", "gauge", reading.events ? 1 : 0);
    metric(out, "age_seconds", "Since the swarm was last seen", "gauge",
           static_cast<std::uint64_t>(std::max<std::int64_t>(reading.age.count(), 0)));
    metric(out, "stale", "1 when that is longer than discovery.stale_after", "gauge",
           reading.stale ? 1 : 0);
    metric(out, "manager", "1 when this node is a manager", "gauge",
           reading.role == Role::manager ? 1 : 0);
    metric(out, "services", "Services on the proxy's networks", "gauge", snapshot.services.size());
    metric(out, "tasks", "Tasks that requests go to, without those that are leaving", "gauge",
           tasks_of(snapshot));
    metric(out, "quarantined", "Services and routes that are not routed, and should be", "gauge",
           snapshot.quarantine.size());
    metric(out, "notes", "What an operator should know of services; see /status", "gauge",
           snapshot.notes.size());
    metric(out, "nodes", "Nodes of the cluster that are known", "gauge", snapshot.nodes.size());
    metric(out, "serial", "Of the snapshot written last", "gauge", snapshot.serial);
    metric(out, "snapshots_written_total", "Snapshots written", "counter", reading.written);
    metric(out, "snapshots_failed_total", "Snapshots that could not be written", "counter",
           reading.writes_failed);
    metric(out, "reloads_total", "Configurations taken over", "counter", reading.reloads);
    metric(out, "reloads_refused_total", "Configurations refused", "counter",
           reading.reloads_refused);
    return out;
}

HttpReply answer_status(const HttpRequest& request, const std::function<DiscoveryReading()>& read) {
    if (request.method != "GET") {
        return {405, "Only GET is understood here.\n"};
    }
    if (request.target == "/status") {
        return {200, status_json(read()), "application/json"};
    }
    if (request.target == "/metrics") {
        return {200, metrics_text(read()), "text/plain; version=0.0.4"};
    }
    return {404, "There are /status and /metrics.\n"};
}

}  // namespace portcullis::swarm
