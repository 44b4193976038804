// What the swarm says of its nodes: they are peers, too.
#include "base/log.h"
#include "firewall/agent/agent.h"
#include "firewall/agent/peers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace portcullis::firewall {
namespace {

constexpr const char* kPlace = "firewall";

std::vector<std::string> texts(const std::vector<IpAddress>& addresses) {
    std::vector<std::string> texts;
    for (const IpAddress& address : addresses) {
        texts.push_back(address.text());
    }
    return texts;
}

}  // namespace

// A wall without them is better than none: what is wrong is an alarm, and the configured peers
// stay.
void Agent::follow_swarm(const Config& config) {
    const DiscoveryConfig& discovery = config.discovery;
    const swarm::Follower::Place place{discovery.snapshot, discovery.verify_key,
                                       swarm_serial(config.firewall.state), discovery.stale_after};
    swarm_trouble_.clear();
    if (discovery.snapshot.empty()) {
        follower_.reset();
    } else if (!follower_ || !follower_->follows(place)) {
        auto follower = swarm::Follower::make(io_, place, {[this] { on_swarm(); }, {}});
        if (!follower) {
            swarm_trouble_ = "the swarm's nodes are not followed: " + follower.error().text;
            log_error(kPlace, swarm_trouble_);
            return;
        }
        follower_ = std::move(*follower);
    }
}

void Agent::on_swarm() {
    if (!follower_ || follower_->latest()->nodes == followed_) {
        return;
    }
    followed_ = follower_->latest()->nodes;
    const std::string sentence =
        fmt::format("the swarm's nodes are {}", fmt::join(texts(followed_), ", "));
    log_info(kPlace, sentence);
    refresh(sentence);
}

Result<Program> Agent::program_for(const FirewallConfig& policy, const BanTable& bans) const {
    const bool follows = follower_ && follower_->latest() != nullptr;
    const std::vector<IpAddress> none;
    return proven_program(with_peers(policy, follows ? follower_->latest()->nodes : none),
                          machine_->facts(bans, seeds_));
}

}  // namespace portcullis::firewall
