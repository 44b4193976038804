// A worker's active checks: every endpoint of every service that has them, again and again.
#pragma once

#include "proxy/relay/context.h"

#include <map>
#include <memory>
#include <vector>

namespace portcullis::relay {

class HealthWatch {
  public:
    // The context must outlive it; destroying it ends what is under way.
    explicit HealthWatch(Context& context) : context_{context} {}

    HealthWatch(const HealthWatch&) = delete;
    HealthWatch& operator=(const HealthWatch&) = delete;

    // On the loop's thread, or before it runs; not from within a check. Checks of a service that
    // the site before had as well go on; others begin at once.
    void use(const Site& site);

  private:
    using Service = std::shared_ptr<origin::Service>;

    Task<> watch(Service service, std::shared_ptr<origin::Endpoint> endpoint);

    Context& context_;
    std::map<Service, std::vector<Task<>>> watches_;
};

}  // namespace portcullis::relay
