#include "config/validate.h"

#include "config/types/quote.h"
#include "config/types/route_path.h"

#include <algorithm>
#include <map>
#include <set>

namespace portcullis {
namespace {

void validate_listen(const Config& config, Findings& findings) {
    if (config.listen.empty()) {
        findings.error("listen", "no address to listen on",
                       "write [ '::' ] for every address of both families");
    }
    bool everything = false;
    for (std::size_t i = 0; i < config.listen.size(); ++i) {
        everything |= config.listen[i] == IpAddress{} && findings.placed(indexed("listen", i));
    }
    std::set<IpAddress> seen;
    for (std::size_t i = 0; i < config.listen.size(); ++i) {
        if (!findings.placed(indexed("listen", i))) {
            continue;
        }
        const IpAddress& address = config.listen[i];
        if (!seen.insert(address).second) {
            findings.error(indexed("listen", i), in_quotes(address.text()) + " is there twice",
                           "keep one of them");
        } else if (everything && address != IpAddress{}) {
            findings.error(indexed("listen", i),
                           "'::' listens on " + in_quotes(address.text()) + " already",
                           "keep '::' alone, or name the addresses");
        }
    }
}

bool is_service_name(std::string_view name) {
    const auto known = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), known);
}

void validate_endpoints(const ServiceConfig& service, const std::string& path, Findings& findings) {
    if (service.endpoints.empty()) {
        findings.warning(path, "no endpoints: requests get 503", {});
    }
    std::set<SocketAddress> seen;
    for (std::size_t i = 0; i < service.endpoints.size(); ++i) {
        const SocketAddress& endpoint = service.endpoints[i];
        if (endpoint.port == 0) {
            continue;  // it could not be read, which was said already
        }
        if (!seen.insert(endpoint).second) {
            findings.error(indexed(path, i), in_quotes(endpoint.text()) + " is there twice",
                           "keep one of them");
        }
        if (endpoint.address == IpAddress{} || endpoint.address == IpAddress::v4(0)) {
            findings.error(indexed(path, i),
                           in_quotes(endpoint.text()) + " is no address to connect to",
                           "write 127.0.0.1 for this machine");
        }
    }
}

void validate_services(const Config& config, Findings& findings) {
    std::set<std::string_view> used;
    for (const RouteConfig& route : config.routes) {
        used.insert(route.service);
    }
    for (const ServiceConfig& service : config.services) {
        const std::string path = "services." + service.name;
        if (!is_service_name(service.name)) {
            findings.error(path, in_quotes(service.name) + " is not a name for a service",
                           "use 1 to 63 letters, digits, hyphens and underscores");
        } else if (!used.contains(service.name)) {
            findings.warning(path, "no route leads to this service", "add a route, or remove it");
        }
        validate_endpoints(service, path + ".endpoints", findings);
    }
}

std::string unknown_service_advice(std::string_view name, const Config& config) {
    std::vector<std::string_view> names;
    for (const ServiceConfig& service : config.services) {
        names.emplace_back(service.name);
    }
    const std::string_view near = nearest(name, names);
    if (!near.empty()) {
        return "did you mean " + in_quotes(near) + "?";
    }
    return names.empty() ? "add it under 'services'"
                         : "services are described under 'services', one entry each";
}

// Two routes of one host whose paths match the same requests: the later one would never be asked.
void validate_reachable(const Config& config, Findings& findings) {
    std::map<std::pair<HostPattern, std::string_view>, std::size_t> first;
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        const RouteConfig& route = config.routes[i];
        if (route.host.name().empty()) {
            continue;
        }
        const auto [earlier, fresh] = first.try_emplace({route.host, route_prefix(route.path)}, i);
        if (fresh) {
            continue;
        }
        const std::string other = indexed("routes", earlier->second);
        const std::string_view other_path = config.routes[earlier->second].path;
        if (other_path == route.path) {
            findings.error(indexed("routes", i), "the same host and path as " + other,
                           "remove one of them");
        } else {
            findings.error(indexed("routes", i, "path"),
                           in_quotes(route.path) +
                               " is never reached: it matches the same requests as " +
                               in_quotes(other_path) + " of " + other,
                           "remove one of them");
        }
    }
}

void validate_routes(const Config& config, Findings& findings) {
    if (config.routes.empty()) {
        findings.warning("routes", "no routes: every request gets 421",
                         "add an entry with host and service");
    }
    std::set<std::string_view> names;
    for (const ServiceConfig& service : config.services) {
        names.insert(service.name);
    }
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        const RouteConfig& route = config.routes[i];
        if (!route.service.empty() && !names.contains(route.service)) {
            findings.error(indexed("routes", i, "service"),
                           "no service is called " + in_quotes(route.service),
                           unknown_service_advice(route.service, config));
        }
        if (const auto fault = check_route_path(route.path); !fault) {
            auto [wrong, right] = wrong_and_right(fault.error().text);
            findings.error(indexed("routes", i, "path"), std::move(wrong), std::move(right));
        }
    }
    validate_reachable(config, findings);
}

void validate_trust(const Config& config, Findings& findings) {
    std::set<Cidr> seen;
    for (std::size_t i = 0; i < config.trusted_proxies.size(); ++i) {
        const Cidr& cidr = config.trusted_proxies[i];
        if (cidr == Cidr{}) {
            continue;  // also what stands where nothing could be read
        }
        if (!seen.insert(cidr).second) {
            findings.error(indexed("trusted_proxies", i),
                           in_quotes(cidr.text()) + " is there twice", "keep one of them");
        }
        if (cidr.bits == 0) {
            findings.warning(indexed("trusted_proxies", i),
                             in_quotes(cidr.text()) + " lets every client forge its address",
                             "name the proxies in front of this one, or nothing");
        }
    }
}

void validate_limits(const Config& config, Findings& findings) {
    if (config.limits.connections_per_client > config.limits.connections_per_worker) {
        findings.warning("limits.connections_per_client",
                         "never reached, because limits.connections_per_worker is " +
                             std::to_string(config.limits.connections_per_worker),
                         "write less than that, so that one client cannot take every connection");
    }
}

}  // namespace

std::vector<Diagnostic> validate(const Config& config, const Positions& positions,
                                 std::chrono::system_clock::time_point now) {
    Findings findings{config, positions};
    validate_listen(config, findings);
    validate_certificates(config, now, findings);
    validate_services(config, findings);
    validate_routes(config, findings);
    validate_coverage(config, findings);
    validate_trust(config, findings);
    validate_limits(config, findings);
    validate_firewall(config, findings);
    return findings.take();
}

void Findings::error(std::string path, std::string wrong, std::string right) {
    add(Severity::error, std::move(path), std::move(wrong), std::move(right));
}

void Findings::warning(std::string path, std::string wrong, std::string right) {
    add(Severity::warning, std::move(path), std::move(wrong), std::move(right));
}

void Findings::add(Severity severity, std::string path, std::string wrong, std::string right) {
    Mark mark;
    for (std::string_view around = path; !around.empty();) {
        if (const auto found = positions_.find(around); found != positions_.end()) {
            mark = found->second;
            break;
        }
        const std::size_t cut = around.find_last_of(".[");
        around = cut == std::string_view::npos ? std::string_view{} : around.substr(0, cut);
    }
    diagnostics_.push_back({file_, mark.line, mark.column, std::move(path), std::move(wrong),
                            std::move(right), severity});
}

std::string indexed(std::string_view list, std::size_t index, std::string_view key) {
    std::string path{list};
    path += "[" + std::to_string(index) + "]";
    return key.empty() ? path : path + "." + std::string{key};
}

}  // namespace portcullis
