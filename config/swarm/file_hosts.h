// The hosts of the operator's file, and what labels may claim beside them.
//
// Invariant: a label never takes a request that the file's routes would have had, unless the file
// says so by discovery.hosts. Of two patterns for one host the more specific one decides, as in
// HostMap; so each pattern is looked at in both directions: a label's host below a wildcard of the
// file would take traffic past the file's guards, and a label's wildcard above a host of the file
// would get it as soon as the file's route is gone.
#pragma once

#include "base/string_map.h"
#include "config/model.h"

#include <functional>
#include <string>
#include <unordered_set>

namespace portcullis::swarm {

class FileHosts {
  public:
    // config: the file's own; its routes may be redirects or lead to services that are passed
    // through, all of them count. Must outlive this.
    explicit FileHosts(const Config& config);

    // Why labels may not claim the host, with what to do about it; empty when they may.
    [[nodiscard]] std::string objection(const HostPattern& host) const;

  private:
    using Names = std::unordered_set<std::string, StringHash, std::equal_to<>>;

    [[nodiscard]] std::string without_list(const HostPattern& host) const;
    [[nodiscard]] std::string with_list(const HostPattern& host) const;

    Names routed_;     // patterns of the file's routes, as text
    Names above_;      // "*." and each name above one of them: wildcards that cover one
    Names claimable_;  // patterns of discovery.hosts, as text
};

// The wildcards that cover all of host, the most specific first: "*.b.example" and "*.example" for
// "a.b.example", "*.example" for "*.b.example". visit(text) returns true to end.
void visit_above(const HostPattern& host, const std::function<bool(const std::string&)>& visit);

}  // namespace portcullis::swarm
