// A worker's look at who acknowledges nothing: requests on connections that were made before an
// endpoint's machine has gone, to which no check and no new connection draws attention.
#pragma once

#include "base/task.h"
#include "proxy/relay/context.h"

namespace portcullis::relay {

// Once a second, for the endpoints of the site of the moment, as long as the task lives. Costs a
// system call for each request that waits for an answer.
Task<> watch_silence(Context& context);

}  // namespace portcullis::relay
