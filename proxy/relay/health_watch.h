// A worker's active checks: every endpoint of every service that has them, again and again.
#pragma once

#include "proxy/relay/context.h"

#include <memory>
#include <vector>

namespace portcullis::relay {

class HealthWatch {
  public:
    // On the loop's thread, or before it runs. Begins with a check of each at once. The context
    // must outlive it; destroying it ends what is under way. Not from within a check.
    HealthWatch(Context& context, std::shared_ptr<Site> site);
    HealthWatch(const HealthWatch&) = delete;
    HealthWatch& operator=(const HealthWatch&) = delete;

  private:
    Task<> watch(origin::Service& service, std::shared_ptr<origin::Endpoint> endpoint);

    Context& context_;
    std::shared_ptr<Site> site_;
    std::vector<Task<>> watches_;
};

}  // namespace portcullis::relay
