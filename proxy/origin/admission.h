// Whether a new connection to a swarm task may carry a request. Pure.
//
// Invariant: a request goes to a container only if, when its connection was made, a witness said
// that the address is the task's: a snapshot that is young enough, or Docker's resolver.
//
//   young snapshot -----------------------------------------------> admitted
//   old snapshot, or verify: always --> the resolver is asked:
//     it names the task ------------------------------------------> admitted
//     it names another one, or nobody ----------------------------> moved
//     it is silent, the snapshot younger than stale_max ----------> admitted
//     it is silent, the snapshot older, stale: refuse ------------> unverified
//     it is silent, the snapshot older, stale: serve -------------> served_stale
#pragma once

#include "config/discovery_model.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace portcullis::origin {

enum class Admission : std::uint8_t { admitted, moved, unverified, served_stale };

// What the resolver says of an endpoint.
enum class ResolverWord : std::uint8_t { same_task, other_task, silent };

// Whether the snapshot alone will do.
constexpr bool snapshot_vouches(const DiscoveryConfig& config, Duration age) {
    return config.verify == VerifyEndpoints::when_old && age < config.verify_after;
}

constexpr Admission admit(const DiscoveryConfig& config, Duration age, ResolverWord word) {
    switch (word) {
        case ResolverWord::same_task:
            return Admission::admitted;
        case ResolverWord::other_task:
            return Admission::moved;
        case ResolverWord::silent:
            break;
    }
    return age < config.stale_max                   ? Admission::admitted
           : config.stale == StaleEndpoints::refuse ? Admission::unverified
                                                    : Admission::served_stale;
}

// name: as Docker's resolver gives it: SERVICE.SLOT.TASK.NETWORK, and the node's id in place of the
// slot for a global service. Only the third part counts: a service may have a task's id as its
// name.
constexpr ResolverWord word_of(const std::optional<std::string_view>& name, std::string_view task) {
    if (!name) {
        return ResolverWord::silent;
    }
    std::string_view rest = *name;
    for (int part = 0; part < 2; ++part) {
        const std::size_t dot = rest.find('.');
        rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
    }
    return !task.empty() && rest.substr(0, rest.find('.')) == task ? ResolverWord::same_task
                                                                   : ResolverWord::other_task;
}

}  // namespace portcullis::origin
