// Does the kernel still hold what we put there? A pure machine: it is told what happened and says
// what to do next.
//
//   in_sync   --someone else committed--> suspect     read what is there now
//   suspect   --the same--> in_sync                   the commit was about other tables
//   suspect   --different--> drifted                  put ours back
//   drifted   --done--> in_sync
//   drifted   --failed--> contested                   wait, then read again
//   contested --pause over--> suspect
//
// Whoever undoes every repair at once would make us spin: the caller reports a repair beyond its
// limit as failed, and the next one waits for the pause.
#pragma once

#include <cstdint>
#include <string_view>

namespace portcullis::firewall {

enum class DriftState : std::uint8_t { in_sync, suspect, drifted, contested };
constexpr std::size_t kDriftStates = 4;

enum class DriftEvent : std::uint8_t {
    committed_by_us,      // the kernel's notice of our own batch
    committed_by_others,  // of anybody else's; or notices were lost
    same,                 // what was read is what we want
    different,
    repaired,
    failed,      // reading or repairing
    pause_over,  // time to look again
};
constexpr std::size_t kDriftEvents = 7;

enum class DriftAction : std::uint8_t { nothing, read, repair, pause };

struct DriftStep {
    DriftState next{};
    DriftAction action{};

    bool operator==(const DriftStep&) const = default;
};

// Total: an event that means nothing in a state changes nothing.
DriftStep advance(DriftState state, DriftEvent event);

std::string_view name(DriftState state);
std::string_view name(DriftEvent event);
std::string_view name(DriftAction action);

}  // namespace portcullis::firewall
