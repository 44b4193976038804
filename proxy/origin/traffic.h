// What a worker knows of a service's traffic, whatever its configuration is at the moment: a
// service of the same name in the next one takes it over.
#pragma once

#include "proxy/origin/breaker.h"
#include "proxy/origin/fleet.h"
#include "proxy/origin/parking.h"
#include "proxy/origin/retry_budget.h"
#include "proxy/origin/stats.h"
#include "proxy/origin/verifier.h"

#include <memory>

namespace portcullis::origin {

struct Traffic {
    // Also for requests that an older configuration serves, so that whoever is parked finds the
    // endpoints of the next one.
    Fleet fleet;
    Parking parking;
    std::shared_ptr<Breaker> breaker = std::make_shared<Breaker>();
    RetryBudget budget;
    std::shared_ptr<ServiceStats> stats = std::make_shared<ServiceStats>();
    // Of the newest configuration, as the fleet is; null: every connection may be used.
    std::shared_ptr<const Verifier> verifier;
};

}  // namespace portcullis::origin
