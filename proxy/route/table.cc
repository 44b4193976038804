#include "proxy/route/table.h"

#include "base/check.h"
#include "config/types/route_path.h"

#include <algorithm>

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
        entries_[route.host].push_back(
            {std::string{route_prefix(route.path)}, i, index_of(route.service),
             route.forward_auth ? index_of(route.forward_auth->service) : kNoService});
    }
    entries_.for_each([](std::vector<Entry>& entries) {
        std::stable_sort(entries.begin(), entries.end(), [](const Entry& left, const Entry& right) {
            return left.prefix.size() > right.prefix.size();
        });
    });
}

Match Table::match(std::string_view canonical_host, std::string_view normalised_path) const {
    const std::vector<Entry>* entries = entries_.find(canonical_host);
    if (entries == nullptr) {
        return {Match::Kind::no_host};
    }
    for (const Entry& entry : *entries) {
        if (normalised_path.starts_with('/') && prefix_matches(entry.prefix, normalised_path)) {
            return {Match::Kind::found, entry.route, entry.service, entry.auth_service};
        }
    }
    return {Match::Kind::no_path};
}

}  // namespace portcullis::route
