// One client connection, from accepted socket to close. Every step of the data path starts here, in
// order.
#pragma once

#include "base/fd.h"
#include "base/task.h"
#include "config/types/address.h"
#include "proxy/worker/worker.h"

namespace portcullis::worker {

Task<> serve_connection(Fd fd, SocketAddress from, Worker& worker);

}  // namespace portcullis::worker
