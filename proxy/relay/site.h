// One configuration as one worker serves it: the immutable part shared with the other workers, and
// the worker's own contexts, services and endpoints. An exchange holds it by shared_ptr, so a
// reload never takes anything away from a request that is under way.
#pragma once

#include "config/model.h"
#include "proxy/origin/service.h"
#include "proxy/origin/witnesses.h"
#include "proxy/route/table.h"
#include "proxy/tls/contexts.h"
#include "proxy/tls/origin_context.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace portcullis::relay {

// What the workers share. Immutable once published.
struct Published {
    std::shared_ptr<const Config> config;
    std::shared_ptr<const route::Table> routes;
    // By which workers know how old the word of the swarm is; of one that nobody writes it is too
    // old for any task.
    std::shared_ptr<origin::Witnesses> witnesses = std::make_shared<origin::Witnesses>();
};

Published publish(std::shared_ptr<const Config> config,
                  std::shared_ptr<origin::Witnesses> witnesses);

struct Site {
    std::shared_ptr<const Config> config;
    std::shared_ptr<const route::Table> routes;
    std::shared_ptr<tls::Contexts> contexts;
    std::map<std::string, std::shared_ptr<const tls::OriginContext>>
        origin_contexts;  // by OriginContext::key()
    // By the index they have in config. One that has not changed is the previous site's.
    std::vector<std::shared_ptr<origin::Service>> services;
    bool passes_through = false;  // some service's TLS is not ours to terminate
};

// previous: the site this one replaces, or null. A service whose configuration is the same is taken
// over as it is, with all that it has learned; of one that is not, endpoints that stay keep their
// connections and their load.
Result<std::shared_ptr<Site>> make_site(const Published& published, const Site* previous);

// Lets go of the idle connections to endpoints that next no longer has.
void retire_missing(const Site& previous, const Site& next);

}  // namespace portcullis::relay
