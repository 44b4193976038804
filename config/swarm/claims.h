// Which labelled service has which host, and which paths of it.
//
// Invariant: a service gets no request that an older service would have had, unless the file
// (discovery.share) or the labels of both (portcullis.share) say that the two share. A stack's name
// gives no right: it is a label that whoever creates a service may set.
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

    // Why the service cannot have its routes, with what to do about it; empty when it can, and then
    // it has them. Services are to come from the oldest to the youngest.
    std::string take(const std::string& service, const Labelled& labelled);

  private:
    struct Claim {
        std::string service;
        std::string path;  // route_prefix()
        bool through = false;
    };

    struct Applicant {
        const std::string& service;
        const Labelled& labelled;
    };

    [[nodiscard]] std::string objection(const Applicant& applicant, const RouteConfig& route) const;
    [[nodiscard]] std::string objection(const Applicant& applicant, const RouteConfig& route,
                                        const Claim& older, bool same_host) const;
    [[nodiscard]] bool share(const Applicant& applicant, const std::string& other) const;

    const Config& base_;
    FileHosts file_;
    StringMap<std::vector<Claim>> hosts_;        // by a pattern's text
    StringMap<std::vector<std::string>> named_;  // by service: portcullis.share of its labels
};

}  // namespace portcullis::swarm
