#include "proxy/relay/health_watch.h"

#include "base/log.h"
#include "proxy/relay/health_check.h"
#include "proxy/stream/sleep.h"

#include <utility>

namespace portcullis::relay {
namespace {

void tell(const origin::Service& service, const origin::Endpoint& endpoint,
          std::string_view trouble) {
    const std::string what = endpoint.text() + " of the service " + service.config().name;
    if (trouble.empty()) {
        log_info("health", what + " is up");
    } else {
        log_warning("health", what + " is down: " + std::string{trouble});
    }
}

}  // namespace

void HealthWatch::use(const Site& site) {
    auto before = std::exchange(watches_, {});
    for (const Service& service : site.services) {
        if (!service->config().health) {
            continue;
        }
        if (auto known = before.extract(service)) {
            watches_.insert(std::move(known));
            continue;
        }
        for (const auto& endpoint : service->endpoints()) {
            watches_[service].push_back(watch(service, endpoint));
        }
    }
}

Task<> HealthWatch::watch(Service service, std::shared_ptr<origin::Endpoint> endpoint) {
    for (;;) {
        const std::string_view trouble = co_await check_endpoint(context_, *service, endpoint);
        // Whoever has the address, or nobody knows who: that says nothing about the endpoint.
        const bool met =
            trouble != name(Fault::endpoint_moved) && trouble != name(Fault::endpoints_unverified);
        if (met && service->note_check(*endpoint, trouble)) {
            tell(*service, *endpoint, trouble);
        }
        co_await stream::Sleep{context_.loop, service->config().health->interval};
    }
}

}  // namespace portcullis::relay
