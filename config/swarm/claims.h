// Which labelled service has which host, and which paths of it.
//
// Invariant: a service gets no request that another one would have had which came before, unless
// the file (discovery.share) or the labels of both (portcullis.share) say that the two share. A
// stack's name gives no right: it is a label that whoever creates a service may set.
#pragma once

#include "base/string_map.h"
#include "config/swarm/file_hosts.h"
#include "config/swarm/labels.h"

#include <string>
#include <vector>

namespace portcullis::swarm {

class Claims {
  public:
    // base: the file's own configuration; outlives this.
    explicit Claims(const Config& base);

    // Whom the service shares hosts with. Of all services, before the first of them takes a route.
    void enter(const Labelled& labelled) { named_[labelled.service.name] = labelled.share; }

    // Why the service cannot have this route of its, with what to do about it; empty when it can,
    // and then it has it.
    std::string take(const Labelled& labelled, const RouteConfig& route);

  private:
    struct Claim {
        std::string service;
        std::string path;  // route_prefix()
        bool through = false;
    };

    [[nodiscard]] std::string objection(const Labelled& labelled, const RouteConfig& route) const;
    [[nodiscard]] std::string objection(const Labelled& labelled, const RouteConfig& route,
                                        const Claim& earlier, bool same_host) const;
    [[nodiscard]] bool share(const std::string& one, const std::string& other) const;
    [[nodiscard]] bool names(const std::string& one, const std::string& other) const;

    const Config& base_;
    FileHosts file_;
    StringMap<std::vector<Claim>> hosts_;        // by a pattern's text
    StringMap<std::vector<std::string>> named_;  // by service: portcullis.share of its labels
};

}  // namespace portcullis::swarm
