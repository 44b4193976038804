// Takes connections off a listener, within the worker's limits.
#pragma once

#include "base/task.h"
#include "proxy/stream/sleep.h"
#include "proxy/worker/worker.h"

namespace portcullis::worker {

// Until the listener is cancelled; then what the kernel has queued is still taken, and the listener
// is closed.
Task<> accept_connections(Worker& worker, std::size_t listener);

}  // namespace portcullis::worker
