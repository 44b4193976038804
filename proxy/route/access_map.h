// Who may have which paths: of a host as its clients see it, or of a service as its origins see it.
//
// Invariant: the access rules that were applied to a request are those of every place that an
// origin may take its path for. It is decided here, and relies on the origin being sent the very
// path that is judged here.
#pragma once

#include "base/string_map.h"
#include "config/model.h"
#include "proxy/http/path_readings.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace portcullis::route {

// Immutable, and independent of the configuration that it was made from.
class AccessMap {
  public:
    struct Place {
        std::string_view path;  // what the route's requests begin with, without a final slash
        std::size_t route;      // index into Config::routes
    };

    // The places may have equal paths; each route has one place.
    AccessMap(const std::vector<Place>& places, const std::vector<RouteConfig>& routes);

    // No reading of any path makes a difference.
    [[nodiscard]] bool uniform() const { return uniform_; }

    // Whether an origin that is sent this path cannot take it for one that has other access rules
    // than the route's, or that no route has. Allocates only for a path that has more
    // readings than one, and only where routes differ.
    [[nodiscard]] bool agrees(std::string_view path, std::size_t route) const;

    struct Owner {
        std::size_t route;
        std::size_t rules;  // equal for equal access rules
    };

    // Whose this reading of a path is: the routes with the longest path that it begins with;
    // several where one's path can be read as the other's. Null: nobody's.
    enum class LetterCase : bool { counts, ignored };
    [[nodiscard]] const std::vector<Owner>* owners(std::string_view reading, LetterCase) const;

  private:
    [[nodiscard]] bool agrees(std::string_view reading, LetterCase letter_case,
                              const Owner& mine) const;

    // By every reading of the routes' own paths; and by these in lower case.
    StringMap<std::vector<Owner>> exact_;
    StringMap<std::vector<Owner>> folded_;
    std::vector<Owner> routes_;
    std::size_t longest_ = 0;  // bytes of a key
    http::PathMarks marks_;    // of the routes' own paths
    bool uniform_ = false;
};

}  // namespace portcullis::route
