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

// Without its final slashes: "/api" for "/api" and "/api/", "" for "/". Two routes with equal
// prefixes match the same requests.
std::string_view route_prefix(std::string_view path);

// Whether a normalised request path begins with that prefix: "/api" matches "/api" and "/api/x",
// not "/apix".
bool prefix_matches(std::string_view prefix, std::string_view path);

}  // namespace portcullis
