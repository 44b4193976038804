// This machine as the program must know it, looked at while the process runs.
#pragma once

#include "config/model.h"
#include "firewall/agent/bans.h"
#include "firewall/agent/feeds.h"
#include "firewall/agent/listener_check.h"
#include "firewall/agent/state_directory.h"
#include "firewall/netlink/features.h"
#include "firewall/netlink/links.h"
#include "firewall/program/facts.h"

#include <array>
#include <string>
#include <vector>

namespace portcullis::firewall {

class Machine {
  public:
    // Probes the kernel, and lists the interfaces.
    static Result<Machine> look();

    // Readable when interfaces may have changed.
    [[nodiscard]] int links_fd() const { return links_.fd(); }

    // What changed among the interfaces, in sentences; empty when nothing did.
    Result<std::vector<std::string>> update_interfaces();

    // True when 443 is in other hands than before.
    Result<bool> update_listener(const std::string& ours);

    // Reads the files of feeds anew; how many lines are no prefixes.
    Result<std::size_t> update_feeds(const FirewallConfig& policy);

    void forget_feeds() { feed_.clear(); }

    [[nodiscard]] Facts facts(const BanTable& bans, const Seeds& seeds) const;

    [[nodiscard]] const std::vector<Interface>& interfaces() const { return interfaces_; }

    [[nodiscard]] const Features& features() const { return features_; }

    [[nodiscard]] const ListenerVerdict& listener() const { return listener_; }

  private:
    Machine(Links links, Features features) : links_{std::move(links)}, features_{features} {}

    bool probe();

    Links links_;
    Features features_;
    SynproxyFacts synproxy_;  // defaults until probed_
    bool probed_ = false;
    std::vector<Interface> interfaces_;
    ListenerVerdict listener_;
    std::vector<Cidr> feed_;
};

// Fresh ones: whoever floods should not know which clients share a bucket.
Seeds random_seeds();

}  // namespace portcullis::firewall
