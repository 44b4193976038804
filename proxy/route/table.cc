#include "proxy/route/table.h"

#include "base/check.h"
#include "config/types/route_path.h"
#include "proxy/http/path_edit.h"

#include <algorithm>
#include <set>

namespace portcullis::route {

Table::Table(const Config& config) {
    StringMap<std::size_t> services;
    for (std::size_t i = 0; i < config.services.size(); ++i) {
        services.try_emplace(config.services[i].name, i);
    }
    const auto index_of = [&](const std::string& name) {
        const auto found = services.find(name);
        CHECK((found != services.end() || name.empty()) &&
              "a valid configuration routes to services it has");
        return found != services.end() ? found->second : kNoService;
    };
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        const RouteConfig& route = config.routes[i];
        hosts_[route.host].entries.push_back(
            {std::string{route_prefix(route.path)}, i, index_of(route.service),
             route.forward_auth ? index_of(route.forward_auth->service) : kNoService});
    }
    hosts_.for_each([&](HostRoutes& host) {
        std::stable_sort(host.entries.begin(), host.entries.end(),
                         [](const Entry& left, const Entry& right) {
                             return left.prefix.size() > right.prefix.size();
                         });
        map_access(host, config);
    });
}

void Table::map_access(HostRoutes& host, const Config& config) {
    std::vector<AccessMap::Place> seen;
    std::map<std::size_t, std::vector<AccessMap::Place>> at_origins;
    std::set<std::size_t> edited;
    for (const Entry& entry : host.entries) {
        const RouteConfig& route = config.routes[entry.route];
        seen.push_back({entry.prefix, entry.route});
        at_origins[entry.service].push_back({http::origin_prefix(route), entry.route});
        if (http::edits_path(route)) {
            edited.insert(entry.service);
        }
    }
    host.seen.emplace(seen, config.routes);
    host.uniform = host.seen->uniform();
    for (const std::size_t service : edited) {
        const auto [map, fresh] =
            host.at_origins.try_emplace(service, at_origins[service], config.routes);
        host.uniform = host.uniform && map->second.uniform();
    }
}

Match Table::match(std::string_view canonical_host, std::string_view normalised_path) const {
    const HostRoutes* host = hosts_.find(canonical_host);
    if (host == nullptr) {
        return {Match::Kind::no_host};
    }
    for (const Entry& entry : host->entries) {
        if (normalised_path.starts_with('/') && prefix_matches(entry.prefix, normalised_path)) {
            return {Match::Kind::found, entry.route, entry.service, entry.auth_service,
                    !host->uniform};
        }
    }
    return {Match::Kind::no_path};
}

bool Table::agrees(std::string_view canonical_host, const Match& match, std::string_view path,
                   std::string_view edited) const {
    const HostRoutes* host = hosts_.find(canonical_host);
    CHECK(host != nullptr && "a match has a host");
    if (!host->seen->agrees(path, match.route)) {
        return false;
    }
    return edited.empty() || host->at_origins.at(match.service).agrees(edited, match.route);
}

const AccessMap* Table::access(std::string_view canonical_host) const {
    const HostRoutes* host = hosts_.find(canonical_host);
    return host != nullptr ? &*host->seen : nullptr;
}

}  // namespace portcullis::route
