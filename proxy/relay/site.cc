#include "proxy/relay/site.h"

#include "base/string_map.h"
#include "config/options.h"

#include <algorithm>
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

using Services = StringMap<std::shared_ptr<origin::Service>>;

Services services_of(const Site* site) {
    Services services;
    if (site != nullptr) {
        services.reserve(site->services.size());
        for (const auto& service : site->services) {
            services.emplace(service->config().name, service);
        }
    }
    return services;
}

std::shared_ptr<origin::Service> find(const Services& services, const std::string& name) {
    const auto at = services.find(name);
    return at != services.end() ? at->second : nullptr;
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

// That of the task at the address, or null.
std::shared_ptr<origin::Endpoint> find(const origin::Service& service, const SocketAddress& address,
                                       const std::string& task) {
    const auto& known = service.endpoints();
    const auto at = std::find_if(known.begin(), known.end(), [&](const auto& one) {
        return one->address() == address && one->task() == task;
    });
    return at != known.end() ? *at : nullptr;
}

// An endpoint is the same if its service's name, its task, its address and the manner of meeting it
// are.
std::shared_ptr<origin::Endpoint> endpoint_for(const EndpointConfig& endpoint,
                                               const std::shared_ptr<const ServiceConfig>& config,
                                               const origin::Service* before) {
    auto known = before != nullptr ? find(*before, endpoint.address, endpoint.task) : nullptr;
    if (!known) {
        return std::make_shared<origin::Endpoint>(endpoint, config);
    }
    known->use(endpoint, config);
    return known;
}

// before: the service of that name that this one replaces, or null.
std::shared_ptr<origin::Service> make_service(const ServiceConfig& service,
                                              std::shared_ptr<const tls::OriginContext> context,
                                              const origin::Service* before) {
    // A copy, so that a service that stays keeps nothing else of an old configuration.
    const auto config = std::make_shared<const ServiceConfig>(service);
    if (before != nullptr && manner(before->config()) != manner(service)) {
        before = nullptr;
    }
    std::vector<std::shared_ptr<origin::Endpoint>> endpoints;
    for (const EndpointConfig& endpoint : service.endpoints) {
        endpoints.push_back(endpoint_for(endpoint, config, before));
    }
    // What is known of its traffic goes over, too.
    return std::make_shared<origin::Service>(
        config, std::move(endpoints), std::move(context),
        before != nullptr ? before->traffic() : std::make_shared<origin::Traffic>());
}

}  // namespace

Published publish(std::shared_ptr<const Config> config,
                  std::shared_ptr<origin::Witnesses> witnesses) {
    auto routes = std::make_shared<const route::Table>(*config);
    return {std::move(config), std::move(routes), std::move(witnesses)};
}

Result<std::shared_ptr<Site>> make_site(const Published& published, const Site* previous) {
    auto contexts = tls::Contexts::make(published.config,
                                        previous != nullptr ? previous->contexts.get() : nullptr);
    if (!contexts) {
        return contexts.error();
    }
    auto site = std::make_shared<Site>();
    site->config = published.config;
    site->routes = published.routes;
    site->contexts = std::move(*contexts);
    const auto verifier =
        std::make_shared<const origin::Verifier>(published.config, published.witnesses);
    const Services known = services_of(previous);
    for (const ServiceConfig& service : published.config->services) {
        auto context = context_for(service, previous, *site);
        if (!context) {
            return context.error();
        }
        auto before = find(known, service.name);
        const bool stays = before && before->config() == service;
        site->services.push_back(stays ? std::move(before)
                                       : make_service(service, std::move(*context), before.get()));
        site->services.back()->use(verifier);
        site->passes_through = site->passes_through || service.passthrough == Switch::on;
    }
    return site;
}

void retire_missing(const Site& previous, const Site& next) {
    const Services stay = services_of(&next);
    for (const auto& service : previous.services) {
        const auto after = find(stay, service->config().name);
        if (after == service) {
            continue;
        }
        for (const auto& endpoint : service->endpoints()) {
            const auto successor =
                after ? find(*after, endpoint->address(), endpoint->task()) : nullptr;
            if (successor != endpoint) {
                endpoint->retire(successor);
            }
        }
    }
}

}  // namespace portcullis::relay
