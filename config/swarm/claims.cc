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

std::string Claims::take(const Labelled& labelled, const RouteConfig& route) {
    std::string reason = objection(labelled, route);
    if (reason.empty()) {
        hosts_[route.host.text()].push_back({labelled.service.name,
                                             std::string{route_prefix(route.path)},
                                             is_through(labelled, route)});
    }
    return reason;
}

// Of those that came before the ones that have the same host, or a wildcard above it: the more
// specific pattern would take their requests. A wildcard above hosts of others takes nothing from
// them.
std::string Claims::objection(const Labelled& labelled, const RouteConfig& route) const {
    std::string reason = file_.objection(route.host);
    const auto look_at = [&](const std::string& pattern) {
        const auto found = hosts_.find(pattern);
        for (std::size_t i = 0; found != hosts_.end() && i < found->second.size() && reason.empty();
             ++i) {
            if (found->second[i].service != labelled.service.name) {
                reason = objection(labelled, route, found->second[i], pattern == route.host.text());
            }
        }
        return !reason.empty();
    };
    if (!look_at(route.host.text())) {
        visit_above(route.host, look_at);
    }
    return reason;
}

std::string Claims::objection(const Labelled& labelled, const RouteConfig& route,
                              const Claim& earlier, bool same_host) const {
    const std::string& service = labelled.service.name;
    const std::string belongs = in_quotes(route.host.text()) + " belongs to service " +
                                in_quotes(earlier.service) + ", which had it first";
    if (!share(service, earlier.service)) {
        return belongs + "; claim another host, or let both share it: write the label " +
               "portcullis.share: yes on both services, or name both in one group of "
               "discovery.share";
    }
    if (!same_host) {
        return {};
    }
    if (earlier.through || is_through(labelled, route)) {
        return belongs + "; a host that is passed through cannot be shared, claim another one";
    }
    return earlier.path == route_prefix(route.path) ? belongs + "; give this one another path"
                                                    : std::string{};
}

bool Claims::share(const std::string& one, const std::string& other) const {
    const auto& groups = base_.discovery.share;
    const bool file = std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return contains(group, one) && contains(group, other);
    });
    return file || (names(one, other) && names(other, one));
}

// Whether one's labels would share with the other.
bool Claims::names(const std::string& one, const std::string& other) const {
    const auto named = named_.find(one);
    return named != named_.end() &&
           (contains(named->second, std::string{kShareWithAll}) || contains(named->second, other));
}

}  // namespace portcullis::swarm
