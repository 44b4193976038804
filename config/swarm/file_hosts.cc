#include "config/swarm/file_hosts.h"

#include "config/types/quote.h"

namespace portcullis::swarm {

void visit_above(const HostPattern& host, const std::function<bool(const std::string&)>& visit) {
    const std::string& name = host.name();
    for (std::size_t dot = name.find('.'); dot != std::string::npos;
         dot = name.find('.', dot + 1)) {
        if (visit("*" + name.substr(dot))) {
            return;
        }
    }
}

FileHosts::FileHosts(const Config& config) {
    for (const RouteConfig& route : config.routes) {
        routed_.insert(route.host.text());
        visit_above(route.host, [&](const std::string& wildcard) {
            above_.insert(wildcard);
            return false;
        });
    }
    for (const HostPattern& host : config.discovery.hosts) {
        claimable_.insert(host.text());
    }
}

std::string FileHosts::objection(const HostPattern& host) const {
    if (routed_.contains(host.text())) {
        return "the configuration file routes " + in_quotes(host.text()) + "; claim another host";
    }
    return claimable_.empty() ? without_list(host) : with_list(host);
}

std::string FileHosts::without_list(const HostPattern& host) const {
    std::string objection;
    visit_above(host, [&](const std::string& wildcard) {
        if (routed_.contains(wildcard)) {
            objection = in_quotes(host.text()) + " is below " + in_quotes(wildcard) +
                        ", which the configuration file routes; claim another host, or list it in "
                        "discovery.hosts";
        }
        return !objection.empty();
    });
    if (objection.empty() && host.wildcard() && above_.contains(host.text())) {
        objection = in_quotes(host.text()) +
                    " covers a host that the configuration file routes; claim another host, or "
                    "list it in discovery.hosts";
    }
    return objection;
}

// The most specific pattern that covers the host says whose it is; where the file's routes and
// discovery.hosts have the same one, the operator has said so.
std::string FileHosts::with_list(const HostPattern& host) const {
    if (claimable_.contains(host.text())) {
        return {};
    }
    std::string objection = in_quotes(host.text()) +
                            " is not among discovery.hosts, which names the hosts that labels may "
                            "claim; claim one of these, or list it there";
    visit_above(host, [&](const std::string& wildcard) {
        if (claimable_.contains(wildcard)) {
            objection.clear();
            return true;
        }
        if (routed_.contains(wildcard)) {
            objection = in_quotes(host.text()) + " is below " + in_quotes(wildcard) +
                        ", which the configuration file routes, and no pattern of discovery.hosts "
                        "is as specific; claim another host, or list it there";
            return true;
        }
        return false;
    });
    return objection;
}

}  // namespace portcullis::swarm
