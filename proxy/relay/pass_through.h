// A connection whose TLS an endpoint terminates: its bytes go there as they came.
#pragma once

#include "proxy/relay/client.h"
#include "proxy/relay/context.h"
#include "proxy/stream/buffer.h"

#include <string_view>

namespace portcullis::relay {

// The service that this name is passed through to; null when its connections are ours to terminate.
// name: canonical.
origin::Service* passed_through(Site& site, std::string_view name);

// Reaches an endpoint of that service, tells it for whom it is where the service wants to be told,
// and copies until both sides have ended; in is what has come of the client already. Writes the
// access log's line. The site that holds the service is kept until then.
Task<Fault> pass_through(Client& client, stream::Buffer& in, std::shared_ptr<Site> site,
                         origin::Service& service, std::string_view name, Context& context);

}  // namespace portcullis::relay
