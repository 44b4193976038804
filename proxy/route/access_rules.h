// Which options of a route decide whether a request may have what is behind it.
#pragma once

#include "config/route_model.h"

namespace portcullis::route {

// Whether two routes let the same requests pass: client_certificate with its files, allow, deny,
// maintenance, basic_auth, forward_auth, rate_limit (it is what slows down the guessing of
// passwords), and whether the route redirects, which closes the path. All other options, the
// service among them, say what is done with a request that may pass.
bool same_access(const RouteConfig& left, const RouteConfig& right);

}  // namespace portcullis::route
