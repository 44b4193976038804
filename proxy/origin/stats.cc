#include "proxy/origin/stats.h"

namespace portcullis::origin {

std::string_view name(ServiceEvent event) {
    constexpr std::array<std::string_view, kServiceEvents> kNames{"requests_refused",
                                                                  "connections_refused",
                                                                  "pending_refused",
                                                                  "client_share_refused",
                                                                  "retries",
                                                                  "retries_refused",
                                                                  "parked",
                                                                  "parked_in_vain",
                                                                  "parking_full",
                                                                  "connects_repeated",
                                                                  "connects_retired",
                                                                  "connects_denied",
                                                                  "connects_unverified",
                                                                  "served_stale",
                                                                  "resolver_queries",
                                                                  "resolver_silent",
                                                                  "resolver_ignored"};
    return kNames[static_cast<std::size_t>(event)];
}

std::string_view name(EndpointEvent event) {
    constexpr std::array<std::string_view, kEndpointEvents> kNames{"requests",
                                                                   "faults",
                                                                   "checks",
                                                                   "checks_failed",
                                                                   "fell_silent",
                                                                   "went_up",
                                                                   "went_down",
                                                                   "ejected_for_faults",
                                                                   "ejected_for_success_rate",
                                                                   "ejected_for_latency",
                                                                   "ejections_spared"};
    return kNames[static_cast<std::size_t>(event)];
}

std::string_view name(Standing standing) {
    constexpr std::array<std::string_view, kStandings> kNames{"up", "down", "ejected"};
    return kNames[static_cast<std::size_t>(standing)];
}

}  // namespace portcullis::origin
