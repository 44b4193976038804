// HTTP/1.1 on one client connection: exchange after exchange.
#pragma once

#include "proxy/relay/client.h"
#include "proxy/relay/context.h"

namespace portcullis::relay {

// From the end of the handshake until the connection is of no more use. Both must outlive the task.
Task<> serve_http1(Client& client, Context& context);

}  // namespace portcullis::relay
