#include "config/swarm/assemble.h"

#include "base/string_map.h"
#include "config/swarm/labels.h"
#include "config/types/quote.h"
#include "config/types/route_path.h"

#include <algorithm>
#include <map>
#include <set>

namespace portcullis::swarm {
namespace {

std::vector<EndpointConfig> endpoints_of(const Service& service, std::size_t port) {
    std::vector<EndpointConfig> endpoints;
    for (const Task& task : service.tasks) {
        endpoints.push_back(
            {.address = {task.address, static_cast<std::uint16_t>(port)}, .leaving = task.leaving});
    }
    return endpoints;
}

// Who has which host, and which paths of it.
class Claims {
  public:
    explicit Claims(const Config& base) {
        for (const RouteConfig& route : base.routes) {
            hosts_[route.host.text()].owner.clear();
        }
    }

    // Why the service cannot have its routes; empty when it can, and then it has them.
    std::string take(const Service& service, const Labelled& labelled) {
        const bool through = labelled.service.passthrough == Switch::on;
        for (const RouteConfig& route : labelled.routes) {
            const auto found = hosts_.find(route.host.text());
            if (found == hosts_.end()) {
                continue;
            }
            const Host& host = found->second;
            const std::string name = in_quotes(route.host.text());
            if (host.owner.empty()) {
                return "the configuration file routes " + name;
            }
            const bool shared = !service.stack.empty() && service.stack == host.stack;
            if (!shared || through || host.through ||
                host.paths.contains(std::string{route_prefix(route.path)})) {
                return name + " belongs to service " + in_quotes(host.owner) + ", which is older" +
                       (shared ? "; give this one another path" : "");
            }
        }
        for (const RouteConfig& route : labelled.routes) {
            Host& host = hosts_[route.host.text()];
            host.owner = host.owner.empty() ? service.name : host.owner;
            host.stack = service.stack;
            host.through = through;
            host.paths.insert(std::string{route_prefix(route.path)});
        }
        return {};
    }

  private:
    struct Host {
        std::string owner;  // empty: the configuration file
        std::string stack;
        bool through = false;
        std::set<std::string> paths;
    };

    StringMap<Host> hosts_;
};

std::vector<const Service*> oldest_first(const std::vector<Service>& services) {
    std::vector<const Service*> ordered;
    for (const Service& service : services) {
        ordered.push_back(&service);
    }
    std::sort(ordered.begin(), ordered.end(), [](const Service* a, const Service* b) {
        return std::tie(a->created, a->name) < std::tie(b->created, b->name);
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
            labelled ? claims.take(*service, *labelled) : labelled.error().text;
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
