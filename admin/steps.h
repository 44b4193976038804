// What a route has a request meet on its way, in the order in which it meets it.
#pragma once

#include "config/model.h"

#include <string>
#include <string_view>
#include <vector>

namespace portcullis::admin {

struct Step {
    std::string name;  // "basic authentication"
    std::string what;  // "users of /etc/portcullis/users"
};

// Checks first, then what is changed; what the route does not have is left out. path: normalised.
std::vector<Step> steps_of(const RouteConfig& route, std::string_view path);

}  // namespace portcullis::admin
