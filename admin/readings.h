// What origins may read in a request's path, and whose each reading is.
#pragma once

#include "admin/target.h"
#include "config/model.h"
#include "proxy/route/table.h"

#include <string>
#include <vector>

namespace portcullis::admin {

struct Reading {
    std::string path;
    std::string route;  // "routes[1]: /admin", several with commas between, or "no route"
    bool same_rules = true;
};

struct Readings {
    std::string forwarded;  // the path that the origin gets
    std::vector<Reading>
        all;  // one for each route that some reading belongs to, the path's own first
    bool ambiguous = false;  // some have other access rules: the request is refused
};

// match: of the target, found. A path that all origins read alike has one reading.
Readings readings_of(const Config& config, const route::Table& table, const route::Match& match,
                     const Target& target);

}  // namespace portcullis::admin
