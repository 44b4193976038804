// What happened at a service, as numbers that only grow. The worker's thread writes, any thread may
// read: the numbers of one reading need not belong to one instant.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis::origin {

enum class ServiceEvent : std::uint8_t {
    requests_refused,      // at circuit.requests_max
    connections_refused,   // at circuit.connections_max
    pending_refused,       // at circuit.pending_max
    client_share_refused,  // at circuit.client_share
    retries,               // to another endpoint, by a route's rules
    retries_refused,       // by the budget
    parked,                // requests that have waited for an endpoint
    parked_in_vain,        // of these: there was none in time
    parking_full,          // requests that could not wait, at parking.requests_max
    connects_repeated,     // connections begun anew, before the kernel would repeat its SYN
    connects_retired,      // connections closed at once: the endpoint has left meanwhile
    connects_denied,       // likewise: the resolver says that the address is not the task's
    connects_unverified,   // likewise: neither the snapshot nor the resolver says whose it is
    served_stale,          // connections used all the same, by discovery.stale: serve
    resolver_queries,      // questions to Docker's resolver
    resolver_silent,       // of these: without a response
    resolver_ignored,      // datagrams that were no response to a question
};
constexpr std::size_t kServiceEvents = static_cast<std::size_t>(ServiceEvent::resolver_ignored) + 1;

std::string_view name(ServiceEvent event);

enum class EndpointEvent : std::uint8_t {
    requests,  // tries, that is
    faults,    // of these: it was not reached, or gave no answer that could be used
    checks,    // of its health
    checks_failed,
    fell_silent,  // nobody answered there, and nobody said so
    went_up,
    went_down,
    ejected_for_faults,
    ejected_for_success_rate,
    ejected_for_latency,
    ejections_spared,  // at ejection.share_max
};
constexpr std::size_t kEndpointEvents =
    static_cast<std::size_t>(EndpointEvent::ejections_spared) + 1;

std::string_view name(EndpointEvent event);

template <class Event, std::size_t size>
class Stats {
  public:
    // No locked instruction: there is one writer.
    void add(Event event) {
        auto& number = numbers_[static_cast<std::size_t>(event)];
        number.store(number.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t of(Event event) const {
        return numbers_[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<std::uint64_t>, size> numbers_{};
};

// Whether it may be picked, and if not, for which reason.
enum class Standing : std::uint8_t { up, down, ejected };
constexpr std::size_t kStandings = static_cast<std::size_t>(Standing::ejected) + 1;

std::string_view name(Standing standing);

class EndpointStats : public Stats<EndpointEvent, kEndpointEvents> {
  public:
    using Clock = std::chrono::steady_clock;

    // Texts are static and ended by a NUL. trouble: why it is not up, or empty.
    void show_health(bool up, std::string_view trouble) {
        trouble_.store(trouble.empty() ? "" : trouble.data(), std::memory_order_relaxed);
        up_.store(up, std::memory_order_relaxed);
    }

    void show_ejection(Clock::time_point until, std::string_view why) {
        ejected_for_.store(why.data(), std::memory_order_relaxed);
        until_.store(until, std::memory_order_relaxed);
    }

    [[nodiscard]] Standing standing(Clock::time_point now) const {
        return !up_.load(std::memory_order_relaxed)           ? Standing::down
               : now < until_.load(std::memory_order_relaxed) ? Standing::ejected
                                                              : Standing::up;
    }

    // Empty for up.
    [[nodiscard]] std::string_view why(Clock::time_point now) const {
        const Standing standing = this->standing(now);
        return standing == Standing::up     ? ""
               : standing == Standing::down ? trouble_.load(std::memory_order_relaxed)
                                            : ejected_for_.load(std::memory_order_relaxed);
    }

  private:
    std::atomic<bool> up_ = true;
    std::atomic<const char*> trouble_ = "";
    std::atomic<Clock::time_point> until_ = Clock::time_point{};
    std::atomic<const char*> ejected_for_ = "";
};

using ServiceStats = Stats<ServiceEvent, kServiceEvents>;

}  // namespace portcullis::origin
