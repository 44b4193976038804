#include "config/swarm/claims.h"

#include "config/types/quote.h"
#include "config/types/route_path.h"

#include <algorithm>

namespace portcullis::swarm {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A redirect leads to no service, so that nothing is passed through to one.
bool is_through(const Labelled& labelled, const RouteConfig& route) {
    return labelled.service.passthrough == Switch::on && !route.service.empty();
}

}  // namespace

Claims::Claims(const Config& base) : base_{base}, file_{base} {}

std::string Claims::take(const std::string& service, const Labelled& labelled) {
    const Applicant applicant{service, labelled};
    for (const RouteConfig& route : labelled.routes) {
        if (std::string reason = objection(applicant, route); !reason.empty()) {
            return reason;
        }
    }
    for (const RouteConfig& route : labelled.routes) {
        hosts_[route.host.text()].push_back(
            {service, std::string{route_prefix(route.path)}, is_through(labelled, route)});
    }
    named_[service] = labelled.share;
    return {};
}

// Of the older services those that have the same host, or a wildcard above it: the more specific
// pattern would take their requests. A wildcard above hosts of others takes nothing from them.
std::string Claims::objection(const Applicant& applicant, const RouteConfig& route) const {
    std::string reason = file_.objection(route.host);
    const auto look_at = [&](const std::string& pattern) {
        const auto found = hosts_.find(pattern);
        for (std::size_t i = 0; found != hosts_.end() && i < found->second.size() && reason.empty();
             ++i) {
            reason = objection(applicant, route, found->second[i], pattern == route.host.text());
        }
        return !reason.empty();
    };
    if (!look_at(route.host.text())) {
        visit_above(route.host, look_at);
    }
    return reason;
}

std::string Claims::objection(const Applicant& applicant, const RouteConfig& route,
                              const Claim& older, bool same_host) const {
    const std::string belongs = in_quotes(route.host.text()) + " belongs to service " +
                                in_quotes(older.service) + ", which is older";
    if (!share(applicant, older.service)) {
        return belongs +
               "; claim another host, or let both share it: portcullis.share: " + older.service +
               " here, portcullis.share: " + applicant.service +
               " there, or both in one group of discovery.share";
    }
    if (!same_host) {
        return {};
    }
    if (older.through || is_through(applicant.labelled, route)) {
        return belongs + "; a host that is passed through cannot be shared, claim another one";
    }
    return older.path == route_prefix(route.path) ? belongs + "; give this one another path"
                                                  : std::string{};
}

bool Claims::share(const Applicant& applicant, const std::string& other) const {
    const auto& groups = base_.discovery.share;
    const bool file = std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return contains(group, applicant.service) && contains(group, other);
    });
    const auto theirs = named_.find(other);
    return file || (theirs != named_.end() && contains(theirs->second, applicant.service) &&
                    contains(applicant.labelled.share, other));
}

}  // namespace portcullis::swarm
