// One spelling for each path, so that a route cannot be dodged by writing its path another way.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::http {

// Writes the normal form of an absolute path without query to out (RFC 3986, 6.2.2): escapes of
// unreserved characters are decoded, other escapes are upper case (%2F stays one), repeated slashes
// are one, "." and ".." segments are resolved, however they were escaped and never above the root.
// False, and out is unspecified, for a path that does not begin with "/", a malformed escape, and
// %00.
bool normalise(std::string_view path, std::string& out);

}  // namespace portcullis::http
