#include "config/types/quote.h"
#include "config/types/route_path.h"
#include "config/validate.h"

#include <algorithm>
#include <map>
#include <set>

namespace portcullis {
namespace {

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

// Options that look into requests or answers. Those that are left choose the service.
constexpr std::array kPerRequest{
    "client_certificate", "client_ca",       "client_crl", "basic_auth",  "forward_auth",
    "strip_prefix",       "rewrite",         "redirect",   "trace",       "trusted_headers",
    "request_headers",    "answer_headers",  "hsts",       "maintenance", "error_pages",
    "request_body_max",   "answer_body_max", "retry",      "timeouts"};

// TLS is not terminated, so that a route is found by SNI alone, and nothing is done to a request.
void validate_passthrough_route(const RouteConfig& route, const std::string& path,
                                Findings& findings) {
    const std::string service = in_quotes(route.service);
    if (route.path != "/") {
        findings.error(path + ".path",
                       "service " + service + " is passthrough: no path is seen inside its TLS",
                       "write '/', or end its TLS here by 'passthrough: off'");
    }
    for (const char* key : kPerRequest) {
        if (findings.placed(path + "." + key)) {
            findings.error(
                path + "." + key,
                "service " + service + " is passthrough: no request is seen inside its TLS",
                "remove it, or end the service's TLS here by 'passthrough: off'");
        }
    }
}

// A host is either passed through or terminated: which of the two is decided by SNI, before there
// is a path.
void validate_one_way(const Config& config, Findings& findings) {
    std::map<HostPattern, std::size_t> through;
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        if (passes_through(config, config.routes[i].service)) {
            through.try_emplace(config.routes[i].host, i);
        }
    }
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        const auto found = through.find(config.routes[i].host);
        if (found != through.end() && !config.routes[i].host.name().empty() &&
            !passes_through(config, config.routes[i].service)) {
            findings.error(indexed("routes", i),
                           "never reached: " + indexed("routes", found->second) +
                               " passes everything for " + in_quotes(config.routes[i].host.text()) +
                               " through",
                           "remove one of them, or give it another host");
        }
    }
}

void validate_purpose(const RouteConfig& route, const std::string& path, Findings& findings) {
    if (route.service.empty() && !findings.placed(path + ".service") && !route.redirect &&
        !route.maintenance) {
        findings.error(path + ".service", "the key is missing",
                       "add 'service: ...', or 'redirect' or 'maintenance'");
    }
}

// What the route cuts off is found in the normal form of a path, and may be spelt in any way in the
// path as it was written.
void validate_written_path(const Config& config, const RouteConfig& route, const std::string& path,
                           Findings& findings) {
    const bool as_written = std::any_of(
        config.services.begin(), config.services.end(), [&](const ServiceConfig& service) {
            return service.name == route.service && service.path == PathForm::as_written;
        });
    if (!as_written) {
        return;
    }
    const std::string why =
        "service " + in_quotes(route.service) + " gets paths as they were written";
    if (route.strip_prefix == Switch::on) {
        findings.error(path + ".strip_prefix", why, "remove it, or the service's 'path'");
    }
    if (!route.rewrite.empty()) {
        findings.error(path + ".rewrite", why, "remove it, or the service's 'path'");
    }
}

void validate_route(const Config& config, const RouteConfig& route, const std::string& path,
                    Findings& findings) {
    validate_purpose(route, path, findings);
    validate_service_name(config, route.service, path + ".service", findings);
    findings.judge(check_route_prefix(route.path), path + ".path");
    if (passes_through(config, route.service)) {
        validate_passthrough_route(route, path, findings);
        return;
    }
    validate_access(config, route, path, findings);
    validate_edits(route, path, findings);
    validate_written_path(config, route, path, findings);
}

}  // namespace

void validate_service_name(const Config& config, std::string_view service, const std::string& path,
                           Findings& findings) {
    const bool known = std::any_of(config.services.begin(), config.services.end(),
                                   [&](const auto& one) { return one.name == service; });
    if (!service.empty() && !known) {
        findings.error(path, "no service is called " + in_quotes(service),
                       unknown_service_advice(service, config));
    }
}

void validate_routes(const Config& config, Findings& findings) {
    if (config.routes.empty() && config.discovery.snapshot.empty()) {
        findings.warning("routes", "no routes: every request gets 421",
                         "add an entry with host and service");
    }
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        if (findings.placed(indexed("routes", i))) {
            validate_route(config, config.routes[i], indexed("routes", i), findings);
        }
    }
    validate_reachable(config, findings);
    validate_one_way(config, findings);
}

}  // namespace portcullis
