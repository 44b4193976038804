// Which route a request takes: by host, then by the longest path.
//
// The most specific host that has routes decides alone: an exact host, else the wildcard with the
// longest suffix. A path that this host does not route is no_path, even if a wider wildcard would
// have one: whoever gives a host routes of its own takes it out of the wildcard's hands.
#pragma once

#include "config/model.h"
#include "config/types/host_map.h"
#include "proxy/route/access_map.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::route {

// Of a route that leads to no service: it redirects, or is in maintenance.
constexpr std::size_t kNoService = SIZE_MAX;

struct Match {
    enum class Kind : std::uint8_t { found, no_host, no_path };  // answered, 421, 404
    Kind kind = Kind::no_host;
    std::size_t route = 0;    // index into Config::routes; for found only
    std::size_t service = 0;  // index into Config::services, or kNoService; for found only

    std::size_t auth_service = kNoService;  // likewise, of the route's forward_auth
    bool ambiguous = false;  // for found only: has to be asked of Table::agrees(), too

    bool operator==(const Match&) const = default;
};

// Immutable, and independent of the Config it was made from. The configuration must be valid.
class Table {
  public:
    explicit Table(const Config& config);

    // canonical_host: as canonical_hostname() or http::Authority give it. normalised_path: as
    // http::normalise() gives it; what does not begin with "/" is no_path. Allocates nothing, never
    // throws.
    [[nodiscard]] Match match(std::string_view canonical_host,
                              std::string_view normalised_path) const;

    // Of a match of the host: whether every reading of the path that the origin is sent has the
    // same access rules. path: that path before the route's edits; edited: after them, or empty
    // where the route has none. What is in front of the edit is a client's view of the host, what
    // is behind it is the origin's own, in which other routes of the service have their places,
    // too.
    [[nodiscard]] bool agrees(std::string_view canonical_host, const Match& match,
                              std::string_view path, std::string_view edited) const;

    // The host's map, for explain. Null for a host without routes.
    [[nodiscard]] const AccessMap* access(std::string_view canonical_host) const;

  private:
    struct Entry {
        std::string prefix;  // without its final slash; "" matches every path
        std::size_t route;
        std::size_t service;
        std::size_t auth_service;
    };

    struct HostRoutes {
        std::vector<Entry> entries;                   // the longest prefix first
        std::optional<AccessMap> seen;                // by clients
        std::map<std::size_t, AccessMap> at_origins;  // by service; of those that some route edits
        bool uniform = true;                          // all of these maps
    };

    static void map_access(HostRoutes& host, const Config& config);

    HostMap<HostRoutes> hosts_;
};

}  // namespace portcullis::route
