#include "config/swarm/assemble.h"

#include "base/string_map.h"
#include "config/swarm/claims.h"
#include "config/swarm/labels.h"

#include <algorithm>
#include <map>
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

}  // namespace

Assembly assemble(const Config& base, const Snapshot& snapshot) {
    auto config = std::make_shared<Config>(base);
    fill_named(*config, snapshot);
    std::map<std::string, std::string> quarantine;
    for (const auto& [service, reason] : snapshot.quarantine) {
        quarantine.try_emplace(service, reason);
    }
    std::set<std::string_view> taken;
    for (const ServiceConfig& service : base.services) {
        taken.insert(service.name);
    }
    Claims claims{base};
    for (const Service* service : oldest_first(snapshot.services)) {
        if (!is_labelled(*service) || quarantine.contains(service->name)) {
            continue;
        }
        if (taken.contains(service->name)) {
            quarantine[service->name] = "the configuration file has a service of this name";
            continue;
        }
        auto labelled = read_labels(base, *service);
        const std::string reason =
            labelled ? claims.take(service->name, *labelled) : labelled.error().text;
        if (!reason.empty()) {
            quarantine[service->name] = reason;
            continue;
        }
        labelled->service.endpoints = endpoints_of(*service, labelled->service.port);
        config->services.push_back(std::move(labelled->service));
        std::move(labelled->routes.begin(), labelled->routes.end(),
                  std::back_inserter(config->routes));
    }
    Assembly assembly{std::move(config), {}};
    for (auto& [service, reason] : quarantine) {
        assembly.quarantine.push_back({service, reason});
    }
    return assembly;
}

}  // namespace portcullis::swarm
