#include "firewall/agent/drift.h"

#include <array>

namespace portcullis::firewall {
namespace {

using State = DriftState;
using Action = DriftAction;

DriftStep after_read(State state, DriftEvent event) {
    if (event == DriftEvent::same) {
        return {State::in_sync, Action::nothing};
    }
    return state == State::suspect ? DriftStep{State::drifted, Action::repair}
                                   : DriftStep{state, Action::nothing};
}

}  // namespace

DriftStep advance(DriftState state, DriftEvent event) {
    switch (event) {
        case DriftEvent::committed_by_us:
            return {state, Action::nothing};
        case DriftEvent::committed_by_others:
            // While drifted a repair is under way, and what it replaces includes this; while
            // contested the pause's end looks again.
            return state == State::in_sync || state == State::suspect
                       ? DriftStep{State::suspect, Action::read}
                       : DriftStep{state, Action::nothing};
        case DriftEvent::same:
        case DriftEvent::different:
            return after_read(state, event);
        case DriftEvent::repaired:
            return {State::in_sync, Action::nothing};
        case DriftEvent::failed:
            return state == State::suspect || state == State::drifted
                       ? DriftStep{State::contested, Action::pause}
                       : DriftStep{state, Action::nothing};
        case DriftEvent::pause_over:
            return state == State::contested ? DriftStep{State::suspect, Action::read}
                                             : DriftStep{state, Action::nothing};
    }
    return {state, Action::nothing};
}

std::string_view name(DriftState state) {
    constexpr std::array<std::string_view, kDriftStates> names{"in_sync", "suspect", "drifted",
                                                               "contested"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view name(DriftEvent event) {
    constexpr std::array<std::string_view, kDriftEvents> names{
        "committed_by_us", "committed_by_others", "same", "different", "repaired",
        "failed",          "pause_over"};
    return names[static_cast<std::size_t>(event)];
}

std::string_view name(DriftAction action) {
    constexpr std::array<std::string_view, 4> names{"nothing", "read", "repair", "pause"};
    return names[static_cast<std::size_t>(action)];
}

}  // namespace portcullis::firewall
