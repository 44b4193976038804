// Where a redirect sends the client.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::http {

// Appends the target with its {host}, {path} and {query} replaced. target: as
// check_redirect_target() takes it; host: canonical; path: normalised; query: with its "?" or
// empty.
//
// What is put in is escaped to the characters that URLs have there, so that no request can end the
// header's line, leave the path, or be read as another host: the path begins with one "/", whatever
// the request's began with, and a backslash in it, which browsers take for a slash, is %5C.
void write_location(std::string& out, std::string_view target, std::string_view host,
                    std::string_view path, std::string_view query);

}  // namespace portcullis::http
