// What a new configuration changes in the one that runs. Pure; for people.
#pragma once

#include "config/model.h"

#include <cstddef>
#include <string>

namespace portcullis {

struct Tally {
    std::size_t kept = 0;
    std::size_t changed = 0;
    std::size_t added = 0;
    std::size_t removed = 0;

    bool operator==(const Tally&) const = default;
};

struct Changes {
    Tally services;      // by name
    Tally routes;        // by host and path
    Tally certificates;  // by the names of their files; changed is what the files hold

    bool operator==(const Changes&) const = default;
};

Changes changes_between(const Config& running, const Config& next);

// "services: 3 kept, 1 changed; routes: 4 kept; certificates: 1 kept, 1 added".
std::string text(const Changes& changes);

}  // namespace portcullis
