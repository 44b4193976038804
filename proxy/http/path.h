// One spelling for each path: the route is found by it, and the origin gets the same. So no request
// is judged by one path and answered for another.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::http {

// Writes the normal form of an absolute path without query to out (RFC 3986, 6.2.2): escapes of
// unreserved characters are decoded, other escapes are upper case (%2F stays one), "." and ".."
// segments are resolved, however they were escaped and never above the root. Empty segments are
// kept: "/a//b" is another path than "/a/b" to many origins.
// False, and out is unspecified, for a path that does not begin with "/", a malformed escape, and
// %00.
bool normalise(std::string_view path, std::string& out);

// Resolves "." and ".." segments in place (RFC 3986, 5.2.4). path begins with "/".
void resolve_dot_segments(std::string& path);

}  // namespace portcullis::http
