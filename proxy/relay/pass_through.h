// A connection whose TLS an endpoint terminates: its bytes go there as they came.
#pragma once

#include "proxy/relay/client.h"
#include "proxy/relay/context.h"
#include "proxy/stream/buffer.h"

#include <optional>
#include <string_view>

namespace portcullis::relay {

// Where a name's connections go that are not ours to terminate. Part of the site.
struct Passage {
    const RouteConfig& route;
    origin::Service& service;
};

// Nothing when this name's connections are ours. name: canonical.
std::optional<Passage> passage_for(Site& site, std::string_view name);

// Reaches an endpoint of the service, if the route admits the client's address, tells it for whom
// it is where the service wants to be told, and copies until both sides have ended; in is what has
// come of the client already. Writes the access log's line. The site is kept until then.
Task<Fault> pass_through(Client& client, stream::Buffer& in, std::shared_ptr<Site> site,
                         Passage passage, std::string_view name, Context& context);

}  // namespace portcullis::relay
