#include "proxy/witness_watch.h"

#include "base/log.h"
#include "config/options.h"

namespace portcullis {
namespace {

constexpr auto kLookEvery = std::chrono::seconds{1};
// The resolver is only asked when a connection is made.
constexpr Duration kResolverHeard = std::chrono::seconds{10};

}  // namespace

void WitnessWatch::use(std::optional<DiscoveryConfig> discovery) {
    discovery_ = std::move(discovery);
    timer_.cancel();
    if (discovery_) {
        look();
    }
}

std::string_view WitnessWatch::voucher() const {
    const Duration age = witnesses_->snapshot_age();
    if (!discovery_ || age < discovery_->verify_after) {
        return "snapshot";
    }
    if (witnesses_->resolver_age() < kResolverHeard) {
        return "resolver";
    }
    return age < discovery_->stale_max ? "snapshot" : "nobody";
}

void WitnessWatch::look() {
    const bool unverified = voucher() == "nobody";
    if (unverified && !unverified_) {
        const bool refused = discovery_->stale == StaleEndpoints::refuse;
        log_error("swarm",
                  "nobody says whose the addresses of tasks are: the snapshot is older than " +
                      option_text(discovery_->stale_max) +
                      " and Docker's resolver has not answered; " +
                      (refused ? "new connections to tasks are refused (503 endpoints_unverified)"
                               : "requests may reach other services' containers (stale: serve)") +
                      " until one of them is back: is portcullis-discovery running?");
    } else if (!unverified && unverified_) {
        log_info("swarm",
                 "the addresses of tasks are verified again, by the " + std::string{voucher()});
    }
    unverified_ = unverified;
    timer_.expires_after(kLookEvery);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            look();
        }
    });
}

}  // namespace portcullis
