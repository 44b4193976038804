// What an endpoint is told of a client before anything else.
#pragma once

#include "config/model.h"
#include "proxy/relay/client.h"

#include <string>

namespace portcullis::relay {

// The PROXY header of that version; empty for off.
std::string proxy_header(ProxyProtocol version, const Client& client);

// For a connection that is nobody's.
std::string proxy_header(ProxyProtocol version);

}  // namespace portcullis::relay
