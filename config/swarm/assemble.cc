#include "config/swarm/assemble.h"

#include "base/string_map.h"
#include "config/swarm/claims.h"
#include "config/swarm/labels.h"
#include "config/types/route_path.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace portcullis::swarm {
namespace {

std::vector<EndpointConfig> endpoints_of(const Service& service, std::size_t port) {
    std::vector<EndpointConfig> endpoints;
    for (const Task& task : service.tasks) {
        endpoints.push_back({.address = {task.address, static_cast<std::uint16_t>(port)},
                             .leaving = task.leaving,
                             .task = task.id});
    }
    return endpoints;
}

// By the engine's time and id, neither of which a label can set, so that whoever is older stays it.
std::vector<const Service*> oldest_first(const std::vector<Service>& services) {
    std::vector<const Service*> ordered;
    for (const Service& service : services) {
        ordered.push_back(&service);
    }
    std::sort(ordered.begin(), ordered.end(), [](const Service* a, const Service* b) {
        return std::tie(a->created, a->id, a->name) < std::tie(b->created, b->id, b->name);
    });
    return ordered;
}

void fill_named(Config& config, const Snapshot& snapshot) {
    StringMap<const Service*> by_name;
    for (const Service& service : snapshot.services) {
        by_name.try_emplace(service.name, &service);
    }
    for (ServiceConfig& service : config.services) {
        const auto found = by_name.find(service.swarm);
        if (!service.swarm.empty() && found != by_name.end()) {
            service.endpoints = endpoints_of(*found->second, service.port);
        }
    }
}

// A labelled service on its way into the configuration.
struct Applicant {
    const Service* service;
    Labelled labelled;
    std::vector<bool> taken;  // of its routes
};

// Those whose labels can be read, the oldest first.
std::vector<Applicant> applicants(const Config& base, const Snapshot& snapshot,
                                  std::vector<Quarantine>& quarantine) {
    std::set<std::string_view> known;
    for (const ServiceConfig& service : base.services) {
        known.insert(service.name);
    }
    std::set<std::string_view> left_out;
    for (const Quarantine& one : snapshot.quarantine) {
        if (one.route.empty()) {
            left_out.insert(one.service);
        }
    }
    std::vector<Applicant> found;
    for (const Service* service : oldest_first(snapshot.services)) {
        if (!is_labelled(*service) || left_out.contains(service->name)) {
            continue;
        }
        if (known.contains(service->name)) {
            quarantine.push_back(
                {service->name, "the configuration file has a service of this name"});
            continue;
        }
        auto labelled = read_labels(base, *service);
        if (!labelled) {
            quarantine.push_back({service->name, labelled.error().text});
            continue;
        }
        labelled->service.endpoints = endpoints_of(*service, labelled->service.port);
        std::vector<bool> taken(labelled->routes.size());
        found.push_back({service, std::move(*labelled), std::move(taken)});
    }
    return found;
}

Owner owner_of(const Applicant& applicant, const RouteConfig& route) {
    const std::string_view path = route_prefix(route.path);
    return {route.host.text(), std::string{path.empty() ? "/" : path}, applicant.service->id};
}

// each(applicant, index of a route) for those that somebody has already, and then for the others.
template <class Each>
void in_order_of_claims(std::vector<Applicant>& all, const std::vector<Owner>& owners, Each each) {
    const std::set<Owner> known{owners.begin(), owners.end()};
    for (const bool owned : {true, false}) {
        for (Applicant& applicant : all) {
            for (std::size_t i = 0; i < applicant.labelled.routes.size(); ++i) {
                if (known.contains(owner_of(applicant, applicant.labelled.routes[i])) == owned) {
                    each(applicant, i);
                }
            }
        }
    }
}

void settle_claims(const Config& base, const Snapshot& snapshot, std::vector<Applicant>& all,
                   Assembly& assembly) {
    Claims claims{base};
    for (const Applicant& applicant : all) {
        claims.enter(applicant.labelled);
    }
    in_order_of_claims(all, snapshot.owners, [&](Applicant& applicant, std::size_t i) {
        const RouteConfig& route = applicant.labelled.routes[i];
        const std::string reason = claims.take(applicant.labelled, route);
        applicant.taken[i] = reason.empty();
        if (reason.empty()) {
            assembly.owners.push_back(owner_of(applicant, route));
        } else {
            assembly.quarantine.push_back(
                {applicant.service->name, reason, route.host.text() + route.path});
        }
    });
}

template <class Item>
void sort_without_doubles(std::vector<Item>& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

Assembly assemble(const Config& base, const Snapshot& snapshot) {
    auto config = std::make_shared<Config>(base);
    fill_named(*config, snapshot);
    Assembly assembly{nullptr, snapshot.quarantine, {}, snapshot.notes};
    std::vector<Applicant> all = applicants(base, snapshot, assembly.quarantine);
    settle_claims(base, snapshot, all, assembly);
    for (Applicant& applicant : all) {
        for (const std::string& sentence : applicant.labelled.notes) {
            assembly.notes.push_back({applicant.service->name, sentence});
        }
        for (std::size_t i = 0; i < applicant.taken.size(); ++i) {
            if (applicant.taken[i]) {
                config->routes.push_back(std::move(applicant.labelled.routes[i]));
            }
        }
        if (std::find(applicant.taken.begin(), applicant.taken.end(), true) !=
            applicant.taken.end()) {
            config->services.push_back(std::move(applicant.labelled.service));
        }
    }
    sort_without_doubles(assembly.quarantine);
    sort_without_doubles(assembly.owners);
    sort_without_doubles(assembly.notes);
    assembly.config = std::move(config);
    return assembly;
}

}  // namespace portcullis::swarm
