// The path that a route's service sees, where the route strips or rewrites its own prefix.
#pragma once

#include "config/route_model.h"

#include <string>
#include <string_view>

namespace portcullis::http {

// Whether the route has the path changed at all; if not, the service sees it as the client wrote
// it.
bool edits_path(const RouteConfig& route);

// normalised: the request's path as normalise() gives it, which the route matched; writes what the
// service sees to out.
//
// Edits work on the normal form, and keep it: the prefix ends where a segment does, so what is left
// begins with "/" and has neither empty nor dot segments, and no escape is undone on the way. So a
// %2F stays inside its segment, and no spelling of a path becomes, by the edit, another path than
// the one that was routed. What would stand for nothing is "/".
void edit_path(const RouteConfig& route, std::string_view normalised, std::string& out);

}  // namespace portcullis::http
