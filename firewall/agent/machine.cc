#include "firewall/agent/machine.h"

#include "base/check.h"
#include "firewall/agent/interfaces.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

namespace portcullis::firewall {

Result<Machine> Machine::look() {
    auto socket = Socket::open();
    if (!socket) {
        return failure(socket.error().text);
    }
    const auto features = probe_features(*socket);
    if (!features) {
        return failure(features.error().text);
    }
    auto links = Links::open();
    if (!links) {
        return failure(links.error().text);
    }
    Machine machine{std::move(*links), *features};
    machine.synproxy_.available = features->synproxy;
    if (const auto listed = machine.update_interfaces(); !listed) {
        return listed.error();
    }
    return machine;
}

Result<std::vector<std::string>> Machine::update_interfaces() {
    // Events first: what happens after the list was made makes the descriptor readable again.
    if (const auto changed = links_.changed(); !changed) {
        return failure(changed.error().text);
    }
    auto now = links_.list();
    if (!now) {
        return failure(now.error().text);
    }
    auto changes = interface_changes(interfaces_, *now);
    interfaces_ = std::move(*now);
    if (const bool probed = !probed_ && probe(); probed) {
        changes.emplace_back("it is known how a listener of this machine answers");
    }
    return changes;
}

// At boot the loopback interface is down, and nothing answers yet: tried again with each of its
// changes.
bool Machine::probe() {
    const auto synproxy = probe_synproxy(features_);
    probed_ = synproxy.has_value();
    const SynproxyFacts before = synproxy_;
    if (synproxy) {
        synproxy_ = *synproxy;
    }
    return synproxy_ != before;
}

Result<bool> Machine::update_listener(const std::string& ours) {
    const auto found = listeners(kIngressPort);
    if (!found) {
        return failure(found.error().text);
    }
    ListenerVerdict verdict = judge_listeners(*found, ours, executable_name);
    const bool changed = verdict.state != listener_.state;
    listener_ = std::move(verdict);
    return changed;
}

Result<std::size_t> Machine::update_feeds(const FirewallConfig& policy) {
    auto feed = read_feeds(policy.feeds);
    if (!feed) {
        return feed.error();
    }
    feed_ = std::move(feed->prefixes);
    return feed->unread;
}

Facts Machine::facts(const BanTable& bans, const Seeds& seeds) const {
    Facts facts;
    facts.interfaces = interfaces_;
    facts.listener_is_ours = listener_.state != ListenerState::foreign;
    facts.synproxy = synproxy_;
    facts.seeds = seeds;
    facts.bans = bans.all();
    facts.feed = feed_;
    return facts;
}

Seeds random_seeds() {
    Seeds seeds{};
    CHECK(::getrandom(seeds.data(), sizeof seeds, 0) == sizeof seeds &&
          "the kernel has randomness");
    return seeds;
}

}  // namespace portcullis::firewall
