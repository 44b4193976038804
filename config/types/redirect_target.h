// Where a redirect leads: a URL with the request's {host}, {path} and {query} in it.
#pragma once

#include "base/result.h"

#include <string_view>

namespace portcullis {

// Refuses what could lead elsewhere than it says, whatever the request is. The target begins with
// "https://" and a host, or with "/" and no second slash; {host} stands in the host alone, {path},
// which begins with "/", where a path may go on, and {query}, which has its "?" or is empty, at the
// end. Every other byte is one that URLs have.
Result<void> check_redirect_target(std::string_view target);

}  // namespace portcullis
