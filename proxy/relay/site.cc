#include "proxy/relay/site.h"

#include "config/options.h"

#include <map>
#include <utility>

namespace portcullis::relay {
namespace {

// How a service's endpoints are met. A connection or a ticket made in one manner is never used in
// another.
std::string manner(const ServiceConfig& service) {
    const std::string security = tls::OriginContext::key(service);
    return std::string{word(service.protocol)} +
           (security.empty() ? "" : " " + service.tls.server_name + " " + security);
}

// An endpoint is the same if its service's name, its address and the manner of meeting it are.
struct Key {
    std::string service;
    SocketAddress address;
    std::string manner;

    auto operator<=>(const Key&) const = default;
};

using Endpoints = std::map<Key, std::shared_ptr<origin::Endpoint>>;

Endpoints endpoints_of(const Site* site) {
    Endpoints endpoints;
    if (site != nullptr) {
        for (const origin::Service& service : site->services) {
            const std::string how = manner(service.config());
            for (const auto& endpoint : service.endpoints()) {
                endpoints.emplace(Key{service.config().name, endpoint->address(), how}, endpoint);
            }
        }
    }
    return endpoints;
}

// Those that stay are taken over: making one costs a millisecond.
Result<std::shared_ptr<const tls::OriginContext>> context_for(const ServiceConfig& service,
                                                              const Site* previous, Site& site) {
    const std::string key = tls::OriginContext::key(service);
    if (key.empty()) {
        return std::shared_ptr<const tls::OriginContext>{};
    }
    std::shared_ptr<const tls::OriginContext>& context = site.origin_contexts[key];
    if (!context && previous != nullptr && previous->origin_contexts.contains(key)) {
        context = previous->origin_contexts.at(key);
    }
    if (!context) {
        auto made = tls::OriginContext::make(service);
        if (!made) {
            return made.error();
        }
        context = std::move(*made);
    }
    return context;
}

// That of the service of this name, if there was one whose endpoints were met in the same manner.
std::shared_ptr<origin::Traffic> traffic_for(const ServiceConfig& next, const Site* previous) {
    if (previous != nullptr) {
        for (const origin::Service& service : previous->services) {
            if (service.config().name == next.name && manner(service.config()) == manner(next)) {
                return service.traffic();
            }
        }
    }
    return std::make_shared<origin::Traffic>();
}

}  // namespace

Result<std::shared_ptr<Site>> make_site(const Published& published, const Site* previous) {
    auto contexts = tls::Contexts::make(published.config);
    if (!contexts) {
        return contexts.error();
    }
    auto site = std::make_shared<Site>();
    site->config = published.config;
    site->routes = published.routes;
    site->contexts = std::move(*contexts);
    const Endpoints kept = endpoints_of(previous);
    for (const ServiceConfig& service : published.config->services) {
        auto context = context_for(service, previous, *site);
        if (!context) {
            return context.error();
        }
        const std::string how = manner(service);
        std::vector<std::shared_ptr<origin::Endpoint>> endpoints;
        for (const auto& [address, weight] : service.endpoints) {
            const std::shared_ptr<const ServiceConfig> config{published.config, &service};
            const auto at = kept.find({service.name, address, how});
            if (at != kept.end()) {
                at->second->use(config, weight);
                endpoints.push_back(at->second);
            } else {
                endpoints.push_back(std::make_shared<origin::Endpoint>(address, config, weight));
            }
        }
        site->services.emplace_back(service, std::move(endpoints), std::move(*context),
                                    traffic_for(service, previous));
        site->passes_through = site->passes_through || service.passthrough == Switch::on;
    }
    return site;
}

void retire_missing(const Site& previous, const Site& next) {
    const Endpoints stays = endpoints_of(&next);
    for (const auto& [key, endpoint] : endpoints_of(&previous)) {
        if (!stays.contains(key)) {
            endpoint->retire();
        }
    }
}

}  // namespace portcullis::relay
