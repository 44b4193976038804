#include "proxy/relay/site.h"

#include <map>
#include <utility>

namespace portcullis::relay {
namespace {

// An endpoint is the same if its service's name and its address are.
using Key = std::pair<std::string, SocketAddress>;
using Endpoints = std::map<Key, std::shared_ptr<origin::Endpoint>>;

Endpoints endpoints_of(const Site* site) {
    Endpoints endpoints;
    if (site != nullptr) {
        for (const origin::Service& service : site->services) {
            for (const auto& endpoint : service.endpoints()) {
                endpoints.emplace(Key{service.config().name, endpoint->address()}, endpoint);
            }
        }
    }
    return endpoints;
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
        std::vector<std::shared_ptr<origin::Endpoint>> endpoints;
        for (const SocketAddress& address : service.endpoints) {
            const auto at = kept.find({service.name, address});
            if (at != kept.end()) {
                at->second->use({published.config, &service});
                endpoints.push_back(at->second);
            } else {
                endpoints.push_back(std::make_shared<origin::Endpoint>(
                    address, std::shared_ptr<const ServiceConfig>{published.config, &service}));
            }
        }
        site->services.emplace_back(service, std::move(endpoints));
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
