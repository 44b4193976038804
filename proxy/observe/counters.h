// What one worker has seen, as numbers that only grow. One thread writes, any thread may read: the
// numbers of one reading need not belong to one instant.
#pragma once

#include "proxy/fault.h"
#include "proxy/http/refusal.h"
#include "proxy/observe/service_reading.h"
#include "proxy/observe/swarm_reading.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::observe {

enum class Count : std::uint8_t {
    connections_accepted,
    connections_closed,
    accept_failures,     // accept(2) failed: descriptors or memory ran out
    handshakes,          // completed
    handshakes_resumed,  // of these, by ticket
    requests,
    answers_2xx,
    answers_3xx,
    answers_4xx,
    answers_5xx,
    tunnels,         // exchanges that became one
    passed_through,  // connections whose TLS an endpoint terminates
    request_bytes,   // bodies, decoded
    answer_bytes,
    origin_connects,
    origin_reuses,
    origin_handshakes,          // TLS, completed
    origin_handshakes_resumed,  // of these, by ticket
    retries,
    logins_failed,             // a name and a password that do not fit
    connections_exhausted,     // closed after limits.requests_per_connection
    connections_evicted,       // idle ones, closed at limits.connections_per_worker for new ones
    rate_limit_keys_exceeded,  // requests counted as their client's at rate_limit.keys_per_client
    offences,                  // limits.offences_per_minute says what follows
    key_updates_exceeded,      // connections ended at limits.key_updates_per_minute
    renegotiations_refused,    // connections ended at a handshake message after the handshake
    tls_bytes_exceeded,        // ... for TLS that takes too many bytes to say anything
    http2_connections,
    http2_resets_exceeded,          // connections ended at limits.http2_resets_per_minute
    http2_control_frames_exceeded,  // ... at limits.http2_control_frames_per_minute
    http2_headers_exceeded,         // ... for header sections far beyond the limits
    http2_memory_exceeded,          // streams refused at limits.connection_memory or client_memory
};
constexpr std::size_t kCounts = static_cast<std::size_t>(Count::http2_memory_exceeded) + 1;

std::string_view name(Count count);
std::string_view meaning(Count count);  // a sentence, for the metrics' help line

class Counters {
  public:
    void add(Count count, std::uint64_t by = 1) {
        bump(counts_[static_cast<std::size_t>(count)], by);
    }

    void add(Fault fault) { bump(faults_[static_cast<std::size_t>(fault)], 1); }

    void add(http::Refusal refusal) { bump(refusals_[static_cast<std::size_t>(refusal)], 1); }

    [[nodiscard]] std::uint64_t of(Count count) const {
        return counts_[static_cast<std::size_t>(count)].load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t of(Fault fault) const {
        return faults_[static_cast<std::size_t>(fault)].load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t of(http::Refusal refusal) const {
        return refusals_[static_cast<std::size_t>(refusal)].load(std::memory_order_relaxed);
    }

  private:
    // No locked instruction: there is one writer.
    static void bump(std::atomic<std::uint64_t>& number, std::uint64_t by) {
        number.store(number.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }

    std::array<std::atomic<std::uint64_t>, kCounts> counts_{};
    std::array<std::atomic<std::uint64_t>, kFaults> faults_{};
    std::array<std::atomic<std::uint64_t>, http::kRefusals> refusals_{};
};

// What is shown of a whole process.
struct Reading {
    std::vector<const Counters*> workers;
    std::uint64_t uptime_seconds = 0;
    std::uint64_t access_lines_dropped = 0;
    std::uint64_t reloads = 0;
    std::uint64_t reloads_refused = 0;
    std::uint64_t clients_forgotten = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t upgrades_failed = 0;
    std::uint64_t worker_stalls = 0;
    std::vector<ServiceReading> services = {};
    std::optional<SwarmReading> swarm = {};  // none: no swarm is followed
};

std::string status_json(const Reading& reading);   // one object, pretty enough to read
std::string metrics_text(const Reading& reading);  // Prometheus text format 0.0.4

}  // namespace portcullis::observe
