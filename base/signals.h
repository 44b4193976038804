// Signals that an operator's tools send to a service at any time: a reload, an upgrade, reopened
// logs. Their default action ends a process that is not ready for them yet, so each program holds
// them back with the first statement of its main().
#pragma once

#include <initializer_list>

namespace portcullis {

// From here on these signals wait, for the calling thread and for every thread that it starts. One
// that arrives meanwhile is delivered by release_signals(), once however often it was sent.
void hold_signals(std::initializer_list<int> signals);

// Delivers what waits, and what comes, to the calling thread. Call once handlers are installed.
void release_signals(std::initializer_list<int> signals);

// From here on these have no effect, also on a process whose handlers are gone.
void ignore_signals(std::initializer_list<int> signals);

}  // namespace portcullis
