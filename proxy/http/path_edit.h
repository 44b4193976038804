// The path that a route's service sees, where the route strips or rewrites its own prefix.
#pragma once

#include "config/route_model.h"

#include <string>
#include <string_view>

namespace portcullis::http {

// Whether the route has the path changed at all.
bool edits_path(const RouteConfig& route);

// What an origin sees in place of the route's path: every path of the origin that the route leads
// to begins with it. "" for the root.
std::string_view origin_prefix(const RouteConfig& route);

// normalised: the request's path as normalise() gives it, which the route matched; writes what the
// service sees to out.
//
// Edits work on the normal form, and keep it: the prefix ends where a segment does, so what is left
// begins with "/" and has no dot segments, and no escape is undone on the way. So a %2F stays
// inside its segment, and no spelling of a path becomes, by the edit, another path than the one
// that was routed. Empty segments right behind a prefix that is stripped go with it, for a target
// that begins with "//" is read as a host by some. What would stand for nothing is "/".
void edit_path(const RouteConfig& route, std::string_view normalised, std::string& out);

}  // namespace portcullis::http
