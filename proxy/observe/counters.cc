#include "proxy/observe/counters.h"

#include <fmt/format.h>
#include <numeric>

namespace portcullis::observe {
namespace {

struct Described {
    Count count;
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<Described, kCounts> kDescribed{{
    {Count::connections_accepted, "connections_total", "Client connections accepted"},
    {Count::connections_closed, "connections_closed_total", "Client connections closed"},
    {Count::accept_failures, "accept_failures_total",
     "Times the kernel refused to hand over a connection"},
    {Count::handshakes, "handshakes_total", "TLS handshakes completed"},
    {Count::handshakes_resumed, "handshakes_resumed_total",
     "TLS handshakes that resumed a session"},
    {Count::requests, "requests_total", "Requests whose head was read"},
    {Count::answers_2xx, "answers_2xx_total", "Answers with a status of 200 to 299"},
    {Count::answers_3xx, "answers_3xx_total", "Answers with a status of 300 to 399"},
    {Count::answers_4xx, "answers_4xx_total", "Answers with a status of 400 to 499"},
    {Count::answers_5xx, "answers_5xx_total", "Answers with a status of 500 to 599"},
    {Count::tunnels, "tunnels_total", "Exchanges that became a tunnel (WebSocket)"},
    {Count::passed_through, "passed_through_total", "Connections whose TLS an endpoint terminates"},
    {Count::request_bytes, "request_bytes_total", "Bytes of request bodies"},
    {Count::answer_bytes, "answer_bytes_total", "Bytes of answer bodies"},
    {Count::origin_connects, "origin_connects_total", "Connections opened to origins"},
    {Count::origin_reuses, "origin_reuses_total",
     "Exchanges on a connection that was open already"},
    {Count::origin_handshakes, "origin_handshakes_total", "TLS handshakes with origins completed"},
    {Count::origin_handshakes_resumed, "origin_handshakes_resumed_total",
     "TLS handshakes with origins that resumed a session"},
    {Count::retries, "retries_total", "Requests sent once more on a fresh connection"},
    {Count::logins_failed, "logins_failed_total",
     "Names and passwords for basic authentication that do not fit"},
    {Count::connections_exhausted, "connections_exhausted_total",
     "Connections closed at limits.requests_per_connection"},
    {Count::connections_evicted, "connections_evicted_total",
     "Idle connections closed to make room for new ones at limits.connections_per_worker"},
    {Count::rate_limit_keys_exceeded, "rate_limit_keys_exceeded_total",
     "Requests counted as their client's because it used more than rate_limit.keys_per_client"},
    {Count::offences, "offences_total",
     "What clients did that no client does by mistake (limits.offences_per_minute)"},
    {Count::key_updates_exceeded, "key_updates_exceeded_total",
     "TLS connections ended at limits.key_updates_per_minute"},
    {Count::renegotiations_refused, "renegotiations_refused_total",
     "TLS connections ended because the client began another handshake"},
    {Count::tls_bytes_exceeded, "tls_bytes_exceeded_total",
     "TLS connections ended because the client sent too many bytes without saying anything"},
    {Count::http2_connections, "http2_connections_total", "Client connections that spoke HTTP/2"},
    {Count::http2_resets_exceeded, "http2_resets_exceeded_total",
     "HTTP/2 connections ended at limits.http2_resets_per_minute"},
    {Count::http2_control_frames_exceeded, "http2_control_frames_exceeded_total",
     "HTTP/2 connections ended at limits.http2_control_frames_per_minute"},
    {Count::http2_headers_exceeded, "http2_headers_exceeded_total",
     "HTTP/2 connections ended for header sections far beyond the limits"},
    {Count::http2_memory_exceeded, "http2_memory_exceeded_total",
     "HTTP/2 streams refused at limits.connection_memory or limits.client_memory"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kDescribed.size(); ++i) {
        if (static_cast<std::size_t>(kDescribed[i].count) != i) {
            return false;
        }
    }
    return true;
}

static_assert(in_order(), "one row for each count, in the order of the enum");

template <class What>
std::uint64_t sum(const Reading& reading, What what) {
    return std::accumulate(
        reading.workers.begin(), reading.workers.end(), std::uint64_t{0},
        [&](std::uint64_t total, const Counters* worker) { return total + worker->of(what); });
}

// Accepted is read after closed, so that the difference is never negative.
std::uint64_t open_connections(const Reading& reading) {
    const std::uint64_t closed = sum(reading, Count::connections_closed);
    return sum(reading, Count::connections_accepted) - closed;
}

// What is counted by kind; the first kind of each enum is "none".
constexpr std::size_t size_of(Fault) {
    return kFaults;
}

constexpr std::size_t size_of(http::Refusal) {
    return http::kRefusals;
}

//   "KEY": {"NAME": 0, ...}
template <class Kind>
void kinds_json(std::string& out, std::string_view key, const Reading& reading) {
    fmt::format_to(std::back_inserter(out), "  \"{}\": {{", key);
    for (std::size_t i = 1; i < size_of(Kind{}); ++i) {
        const auto kind = static_cast<Kind>(i);
        fmt::format_to(std::back_inserter(out), "{}\"{}\": {}", i == 1 ? "" : ", ", name(kind),
                       sum(reading, kind));
    }
    out += '}';
}

template <class Kind>
void kinds_metric(std::string& out, std::string_view label, std::string_view meaning,
                  const Reading& reading) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_{0}s_total {1}\n# TYPE portcullis_{0}s_total counter\n",
                   label, meaning);
    for (std::size_t i = 1; i < size_of(Kind{}); ++i) {
        const auto kind = static_cast<Kind>(i);
        fmt::format_to(std::back_inserter(out), "portcullis_{0}s_total{{{0}=\"{1}\"}} {2}\n", label,
                       name(kind), sum(reading, kind));
    }
}

void metric(std::string& out, std::string_view name, std::string_view meaning,
            std::string_view type, std::uint64_t value) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_{0} {1}\n# TYPE portcullis_{0} {2}\nportcullis_{0} {3}\n",
                   name, meaning, type, value);
}

}  // namespace

std::string_view name(Count count) {
    return kDescribed[static_cast<std::size_t>(count)].name;
}

std::string_view meaning(Count count) {
    return kDescribed[static_cast<std::size_t>(count)].meaning;
}

std::string status_json(const Reading& reading) {
    std::string out = fmt::format(
        "{{\n  \"uptime_seconds\": {},\n  \"workers\": {},\n  \"connections_open\": {},\n  "
        "\"reloads\": {},\n"
        "  \"reloads_refused\": {},\n  \"access_lines_dropped\": {},\n"
        "  \"clients_forgotten\": {},\n  \"memory_bytes\": {},\n"
        "  \"upgrades_failed\": {},\n  \"worker_stalls_total\": {},\n",
        reading.uptime_seconds, reading.workers.size(), open_connections(reading), reading.reloads,
        reading.reloads_refused, reading.access_lines_dropped, reading.clients_forgotten,
        reading.memory_bytes, reading.upgrades_failed, reading.worker_stalls);
    for (const Described& row : kDescribed) {
        fmt::format_to(std::back_inserter(out), "  \"{}\": {},\n", row.name,
                       sum(reading, row.count));
    }
    kinds_json<Fault>(out, "faults", reading);
    out += ",\n";
    kinds_json<http::Refusal>(out, "refusals", reading);
    out += ",\n  \"services\": ";
    write_services(out, reading.services);
    if (reading.swarm) {
        out += ",\n  \"swarm\": ";
        write_swarm(out, *reading.swarm);
    }
    return out + "\n}\n";
}

std::string metrics_text(const Reading& reading) {
    std::string out;
    metric(out, "uptime_seconds", "Seconds since the process started", "gauge",
           reading.uptime_seconds);
    metric(out, "connections_open", "Client connections open now", "gauge",
           open_connections(reading));
    metric(out, "reloads_total", "Configurations taken over", "counter", reading.reloads);
    metric(out, "clients_forgotten_total",
           "Clients and keys of rate limits forgotten because limits.counted_clients are too few",
           "counter", reading.clients_forgotten);
    metric(out, "memory_bytes", "Memory of the process, resident", "gauge", reading.memory_bytes);
    metric(out, "reloads_refused_total", "Configurations refused", "counter",
           reading.reloads_refused);
    metric(out, "upgrades_failed_total", "New processes that did not take over", "counter",
           reading.upgrades_failed);
    metric(out, "worker_stalls_total", "Times a worker did not turn its loop for 5 seconds or more",
           "counter", reading.worker_stalls);
    metric(out, "access_lines_dropped_total", "Access log lines dropped because the queue was full",
           "counter", reading.access_lines_dropped);
    for (const Described& row : kDescribed) {
        metric(out, row.name, row.meaning, "counter", sum(reading, row.count));
    }
    kinds_metric<Fault>(out, "fault", "What went wrong, by kind", reading);
    kinds_metric<http::Refusal>(out, "refusal",
                                "Requests refused as malformed or too large, by cause", reading);
    write_service_metrics(out, reading.services);
    if (reading.swarm) {
        write_swarm_metrics(out, *reading.swarm);
    }
    return out;
}

}  // namespace portcullis::observe
