#include "firewall/agent/report.h"

#include <boost/json.hpp>

#include <fmt/format.h>
#include <iterator>

namespace portcullis::firewall {
namespace {

namespace json = boost::json;

json::array array_of(const std::vector<std::string>& sentences) {
    return json::array(sentences.begin(), sentences.end());
}

json::object counters_of(const Counters& counters) {
    json::object object;
    for (const auto& [name, counted] : counters) {
        object[name] = {{"packets", counted.packets}, {"bytes", counted.bytes}};
    }
    return object;
}

void metric(std::string& out, std::string_view name, std::string_view meaning,
            std::string_view type, double value) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_firewall_{0} {1}\n# TYPE portcullis_firewall_{0} {2}\n"
                   "portcullis_firewall_{0} {3}\n",
                   name, meaning, type, value);
}

void counter_metric(std::string& out, std::string_view name, std::string_view meaning,
                    const Counters& counters, std::uint64_t Counted::*member) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_firewall_{0} {1}\n# TYPE portcullis_firewall_{0} counter\n",
                   name, meaning);
    for (const auto& [counter, counted] : counters) {
        fmt::format_to(std::back_inserter(out), "portcullis_firewall_{}{{counter=\"{}\"}} {}\n",
                       name, counter, counted.*member);
    }
}

}  // namespace

bool is_fine(const Report& report) {
    return report.alarms.empty() && report.degraded.empty() && report.drift == "in_sync";
}

std::string status_json(const Report& report) {
    const json::object object{{"fine", is_fine(report)},
                              {"mode", report.mode},
                              {"alarms", array_of(report.alarms)},
                              {"degraded", array_of(report.degraded)},
                              {"drift", report.drift},
                              {"verified_seconds_ago", report.verified_seconds_ago},
                              {"generation", report.generation},
                              {"ownership", report.ownership},
                              {"start", report.start},
                              {"listener", report.listener},
                              {"policy", report.policy},
                              {"confirmed", report.confirmed},
                              {"trial", report.trial},
                              {"trial_seconds_left", report.trial_seconds_left},
                              {"drifts", report.drifts},
                              {"repairs", report.repairs},
                              {"repairs_failed", report.repairs_failed},
                              {"repair_milliseconds", report.repair_seconds * 1000},
                              {"bans", report.bans},
                              {"bans_max", report.bans_max},
                              {"bans_refused", report.bans_refused},
                              {"sysctls_changed", array_of(report.sysctls)},
                              {"reloads", report.reloads},
                              {"reloads_refused", report.reloads_refused},
                              {"uptime_seconds", report.uptime_seconds},
                              {"audit_number", report.audit_number},
                              {"audit_hash", report.audit_hash},
                              {"audit_failures", report.audit_failures},
                              {"counters", counters_of(report.counters)}};
    std::string out = "{";
    for (const auto& [key, value] : object) {
        fmt::format_to(std::back_inserter(out), "{}\n  {}: {}", out.size() == 1 ? "" : ",",
                       json::serialize(key), json::serialize(value));
    }
    return out + "\n}\n";
}

std::string metrics_text(const Report& report) {
    std::string out;
    const auto number = [](auto value) { return static_cast<double>(value); };
    metric(out, "fine", "1 when the kernel holds our program, nothing is degraded, no alarm stands",
           "gauge", is_fine(report) ? 1 : 0);
    metric(out, "in_sync", "1 when the kernel holds our program", "gauge",
           report.drift == "in_sync" ? 1 : 0);
    metric(out, "verified_seconds_ago", "Since the kernel was last seen to hold our program",
           "gauge", number(report.verified_seconds_ago));
    metric(out, "alarms", "Things an operator should look at", "gauge",
           number(report.alarms.size()));
    metric(out, "degraded_modes", "What this kernel or machine lacks", "gauge",
           number(report.degraded.size()));
    metric(out, "confirmed", "0 while a program is on trial", "gauge", report.confirmed ? 1 : 0);
    metric(out, "generation", "The ruleset's generation our last program made", "gauge",
           report.generation);
    metric(out, "drifts_total", "Changes of our tables by others", "counter",
           number(report.drifts));
    metric(out, "repairs_total", "Programs put back after a drift", "counter",
           number(report.repairs));
    metric(out, "repairs_failed_total", "Repairs that failed", "counter",
           number(report.repairs_failed));
    metric(out, "repair_seconds", "The last repair, from notice to acknowledgement", "gauge",
           report.repair_seconds);
    metric(out, "bans", "Banned addresses and prefixes", "gauge", number(report.bans));
    metric(out, "bans_refused_total", "Bans refused because the table is full", "counter",
           number(report.bans_refused));
    metric(out, "reloads_total", "Configurations taken over", "counter", number(report.reloads));
    metric(out, "reloads_refused_total", "Configurations refused", "counter",
           number(report.reloads_refused));
    metric(out, "audit_lines", "Number of the audit log's last line", "gauge",
           number(report.audit_number));
    metric(out, "audit_failures_total", "Audit lines that could not be written", "counter",
           number(report.audit_failures));
    metric(out, "uptime_seconds", "Since the process started", "gauge",
           number(report.uptime_seconds));
    counter_metric(out, "packets_total", "Packets by the rules' named counters", report.counters,
                   &Counted::packets);
    counter_metric(out, "bytes_total", "Bytes by the rules' named counters", report.counters,
                   &Counted::bytes);
    return out;
}

}  // namespace portcullis::firewall
