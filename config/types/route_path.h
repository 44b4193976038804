// The path of a route: the beginning of a request's path, by whole segments.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace portcullis {

// Refuses what no request's path can begin with once it is normalised (RFC 3986, 6.2.2), naming
// what was meant: it begins with "/", has no "//", "." or ".." segments, no query, and no needless
// percent-encoding.
Result<void> check_route_path(std::string_view path);

// Likewise for the path that a route is found by, which is a prefix: one that is written as a
// pattern ("/admin/*", "/users/:id", "^/x", "/a(b|c)") is refused as well. Taken literally it would
// match nothing that anybody asks for, and whatever it was to guard would be open.
Result<void> check_route_prefix(std::string_view path);

// Without its final slashes: "/api" for "/api" and "/api/", "" for "/". Two routes with equal
// prefixes match the same requests.
std::string_view route_prefix(std::string_view path);

// Whether a normalised request path begins with that prefix: "/api" matches "/api" and "/api/x",
// not "/apix".
bool prefix_matches(std::string_view prefix, std::string_view path);

}  // namespace portcullis
