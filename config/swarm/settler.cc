#include "config/swarm/settler.h"

#include "config/swarm/labels.h"
#include "config/types/quote.h"

#include <algorithm>
#include <optional>
#include <set>

namespace portcullis::swarm {
namespace {

constexpr std::string_view kRoutes = "portcullis.routes.";

// "api" of "portcullis.routes.api.host"; empty: of no named route.
std::string route_of(std::string_view label) {
    if (!label.starts_with(kRoutes)) {
        return {};
    }
    label.remove_prefix(kRoutes.size());
    return std::string{label.substr(0, label.find('.'))};
}

std::set<std::string> named_routes(const Service& service) {
    std::set<std::string> names;
    for (const auto& [label, value] : service.labels) {
        names.insert(route_of(label));
    }
    names.erase("");
    return names;
}

Service without(const Service& service, const std::string& route) {
    Service rest = service;
    std::erase_if(rest.labels, [&](const auto& label) { return route_of(label.first) == route; });
    return rest;
}

// Only that named route and what belongs to the service and to its other routes is not looked at.
bool is_wrong(const Config& base, const Service& service, const std::string& route) {
    Service alone = service;
    std::erase_if(alone.labels, [&](const auto& label) {
        const std::string name = route_of(label.first);
        return !name.empty() && name != route;
    });
    return !read_labels(base, alone);
}

// What is left when each named route that is wrong by itself is left out.
std::optional<Service> without_wrong_routes(const Config& base, const Service& service,
                                            std::string& left_out) {
    Service rest = service;
    for (const std::string& route : named_routes(service)) {
        if (is_wrong(base, service, route)) {
            rest = without(rest, route);
            left_out += (left_out.empty() ? "" : ", ") + in_quotes(route);
        }
    }
    const bool has_some = rest.labels.contains("portcullis.host") || !named_routes(rest).empty();
    return has_some && read_labels(base, rest) ? std::optional{rest} : std::nullopt;
}

}  // namespace

void Settler::settle(const Config& base, Snapshot& known, const Snapshot* before) {
    std::map<std::string_view, const Service*> earlier;
    if (before != nullptr) {
        for (const Service& service : before->services) {
            earlier.emplace(service.id, &service);
        }
    }
    std::set<std::string_view> ids;
    for (Service& service : known.services) {
        ids.insert(service.id);
        const auto at = earlier.find(service.id);
        if (is_labelled(service)) {
            settle(base, service, at == earlier.end() ? nullptr : at->second, known.notes);
        }
    }
    std::erase_if(right_, [&](const auto& one) { return !ids.contains(one.first); });
    std::sort(known.notes.begin(), known.notes.end());
}

bool Settler::right(const Config& base, const Service& service) {
    const auto known = right_.find(service.id);
    if (known != right_.end() && known->second == service.labels) {
        return true;
    }
    if (!read_labels(base, service)) {
        return false;
    }
    right_[service.id] = service.labels;
    return true;
}

void Settler::settle(const Config& base, Service& service, const Service* before,
                     std::vector<Note>& notes) {
    if (right(base, service)) {
        return;
    }
    const std::string why = read_labels(base, service).error().text;
    if (before != nullptr && is_labelled(*before) && before->labels != service.labels &&
        right(base, *before)) {
        notes.push_back(
            {service.name, "its labels are wrong, and those before stay in force: " + why});
        service.labels = before->labels;
        return;
    }
    std::string left_out;
    if (auto rest = without_wrong_routes(base, service, left_out)) {
        notes.push_back({service.name, "its routes " + left_out + " are left out: " + why});
        service.labels = std::move(rest->labels);
    }
}

}  // namespace portcullis::swarm
