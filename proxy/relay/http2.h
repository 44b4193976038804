// HTTP/2 on one client connection: many exchanges at once, one for each stream.
#pragma once

#include "proxy/relay/client.h"
#include "proxy/relay/context.h"

namespace portcullis::relay {

// From the end of the handshake until the connection is of no more use. Both must outlive the task.
Task<> serve_http2(Client& client, Context& context);

}  // namespace portcullis::relay
