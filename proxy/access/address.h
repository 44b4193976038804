// Who a client is by its address, and whether a route admits it.
#pragma once

#include "config/route_model.h"
#include "proxy/http/head.h"

#include <optional>
#include <vector>

namespace portcullis::access {

// The client's address: the peer's own, or, when that is one of our proxies, the last one in
// X-Forwarded-For that is none of them. What stands before it anybody may have written.
// Empty when our own proxy leaves it open: it names nobody, or what it says cannot be read.
std::optional<IpAddress> client_address(const http::RequestHead& head, const IpAddress& peer,
                                        const std::vector<Cidr>& trusted_proxies);

// deny wins over allow. An unknown client is admitted only where every client is.
bool admits(const RouteConfig& route, const std::optional<IpAddress>& client);

bool contains(const std::vector<Cidr>& prefixes, const IpAddress& address);

}  // namespace portcullis::access
