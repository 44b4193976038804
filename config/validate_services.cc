#include "config/options.h"
#include "config/types/field.h"
#include "config/types/quote.h"
#include "config/validate.h"

#include <algorithm>
#include <set>

namespace portcullis {
namespace {

// What a path and a query are made of (RFC 3986, 3.3 and 3.4).
constexpr std::string_view kPathCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%";
// Its length is one byte in the question.
constexpr std::size_t kGrpcServiceMax = 100;

bool is_service_name(std::string_view name) {
    const auto known = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), known);
}

void validate_endpoints(const ServiceConfig& service, const std::string& path, Findings& findings) {
    if (service.endpoints.empty() && service.swarm.empty()) {
        if (findings.placed(path)) {
            findings.warning(path, "no endpoints: requests get 503", {});
        } else {
            findings.error(path, "the key is missing",
                           "add 'endpoints: ...', or 'swarm' and 'port'");
        }
    }
    std::set<SocketAddress> seen;
    for (std::size_t i = 0; i < service.endpoints.size(); ++i) {
        const SocketAddress& endpoint = service.endpoints[i].address;
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

// Endpoints that are tasks.
void validate_swarm(const Config& config, const ServiceConfig& service, const std::string& path,
                    Findings& findings) {
    if (service.swarm.empty()) {
        if (service.port != 0) {
            findings.error(path + ".port", "the port of tasks, and no service that they are of",
                           "add 'swarm: ...', or write the port behind each endpoint");
        }
        return;
    }
    if (service.port == 0) {
        findings.error(path + ".swarm", "no port that its tasks listen on", "add 'port: ...'");
    }
    if (findings.placed(path + ".endpoints")) {
        findings.error(path + ".endpoints",
                       "the endpoints are the tasks of " + in_quotes(service.swarm),
                       "keep one of the two");
    }
    if (config.discovery.snapshot.empty()) {
        findings.error(path + ".swarm", "nobody says which tasks it has",
                       "name a 'snapshot' under 'discovery'");
    }
}

// What HTTP decides: not for what passes through.
void validate_hash(const ServiceConfig& service, const std::string& path, Findings& findings) {
    const HashConfig& hash = service.hash;
    if (service.balance != Balance::hash && (hash.by != HashBy::client || !hash.name.empty())) {
        findings.error(path, "has no effect with 'balance: " + option_text(service.balance) + "'",
                       "write 'balance: hash', or remove it");
    }
    if (hash.by == HashBy::client) {
        if (!hash.name.empty()) {
            findings.error(path + ".name", "a client's address has no name",
                           "write 'by: header' or 'by: cookie', or remove it");
        }
    } else if (hash.name.empty()) {
        findings.error(path + ".by", "hashes by a " + option_text(hash.by) + " without a name",
                       "add 'name: ...'");
    } else {
        findings.judge(check_field_name(hash.name), path + ".name");
    }
}

void validate_sticky(const StickyConfig& sticky, const std::string& path, Findings& findings) {
    if (!sticky.cookie.empty()) {
        findings.judge(check_field_name(sticky.cookie), path + ".cookie");
    }
}

void validate_health(const ServiceConfig& service, const std::string& path, Findings& findings) {
    const HealthConfig& health = *service.health;
    const bool speaks_http2 = service.protocol == Protocol::h2 || service.protocol == Protocol::h2c;
    if (service.passthrough == Switch::on && health.kind != CheckKind::tcp) {
        findings.error(path + ".kind", "what passes through is not spoken by us",
                       "write 'kind: tcp'");
    } else if (health.kind == CheckKind::grpc && !speaks_http2) {
        findings.error(path + ".kind", "gRPC needs HTTP/2",
                       "write 'protocol: h2' or 'protocol: h2c' in the service");
    }
    if (!health.path.starts_with('/') ||
        health.path.find_first_not_of(kPathCharacters) != std::string::npos) {
        findings.error(path + ".path", in_quotes(health.path) + " is not a path to ask for",
                       "write one such as /healthz");
    }
    if (!health.host.empty()) {
        findings.judge(check_host_value(health.host), path + ".host");
    }
    if (health.service.size() > kGrpcServiceMax) {
        findings.error(path + ".service", "longer than 100 bytes", "name a service of gRPC");
    }
    if (health.timeout > health.interval) {
        findings.error(path + ".timeout", "longer than the interval",
                       "write " + option_text(health.interval) + " or less");
    }
}

void validate_ejection(const EjectionConfig& ejection, const std::string& path,
                       Findings& findings) {
    if (ejection.time_max < ejection.time) {
        findings.error(path + ".time_max", "shorter than the first time",
                       "write " + option_text(ejection.time) + " or more");
    }
    if (ejection.latency_max > 0 && ejection.latency_max <= 100) {
        findings.error(path + ".latency_max", "half of all endpoints are slower than the median",
                       "write 200 for twice the median, or 0");
    }
}

// What only HTTP/1 has.
void validate_parsing(const ServiceConfig& service, const std::string& path, Findings& findings) {
    const bool http2 = service.protocol == Protocol::h2 || service.protocol == Protocol::h2c;
    if (service.response_parsing == ResponseParsing::lenient && http2) {
        findings.error(path, "has no effect with 'protocol: " + option_text(service.protocol) + "'",
                       "remove it");
    }
}

// In a tunnel nothing is judged any more: of a protocol that carries requests they would all pass.
void validate_upgrade(const ServiceConfig& service, const std::string& path, Findings& findings) {
    constexpr std::size_t kUpgradesMax = 8;
    if (service.upgrade.size() > kUpgradesMax) {
        findings.error(path, std::to_string(service.upgrade.size()) + " protocols",
                       "list 8 or fewer");
    }
    for (const std::string& name : service.upgrade) {
        if (!check_field_name(name)) {
            findings.error(path, in_quotes(name) + " is not the name of a protocol",
                           "write a name without a version, as in 'upgrade: [ websocket, tcp ]'");
        } else if (same_field(name, "h2c") || same_field(name, "h2") || same_field(name, "TLS") ||
                   same_field(name, "HTTP")) {
            findings.error(path, in_quotes(name) + " would carry requests that no route has judged",
                           "remove it; for endpoints that speak HTTP/2 write 'protocol: h2c'");
        }
    }
}

bool over_tls(Protocol protocol) {
    return protocol == Protocol::https || protocol == Protocol::h2;
}

void validate_endpoint_tls(const ServiceConfig& service, const std::string& path,
                           Findings& findings) {
    const EndpointTls& tls = service.tls;
    const bool told = !tls.ca.file.empty() || !tls.server_name.empty() ||
                      !tls.client.certificate.empty() || !tls.client.key.empty() ||
                      tls.verify == Switch::off;
    if (!over_tls(service.protocol) && told) {
        findings.error(
            path,
            "no TLS is spoken to endpoints of protocol " + in_quotes(option_text(service.protocol)),
            "write 'protocol: https' or 'protocol: h2', or remove it");
        return;
    }
    if (tls.client.certificate.empty() != tls.client.key.empty()) {
        const bool key = tls.client.key.empty();
        findings.error(path + (key ? ".certificate" : ".key"),
                       key ? "a certificate without its key" : "a key without its certificate",
                       key ? "add 'key: ...'" : "add 'certificate: ...'");
    }
    if (!tls.server_name.empty()) {
        const auto name = canonical_hostname(tls.server_name);
        if (!name || IpAddress::parse(*name)) {
            findings.error(path + ".server_name",
                           in_quotes(tls.server_name) + " is no name of a host",
                           "write the name in the endpoint's certificate, or 'off'");
        }
    }
    if (tls.verify == Switch::off) {
        findings.warning(path + ".verify",
                         "endpoints are not verified: whoever is in between may read and answer",
                         "name the authority that issued their certificates as 'ca'");
        if (!tls.ca.file.empty()) {
            findings.error(path + ".ca", "an authority that nothing is verified by",
                           "write 'verify: on', or remove it");
        }
    }
}

// What an endpoint is sent that meets clients itself, in TLS that we cannot read.
void validate_passthrough(const std::string& path, Findings& findings) {
    for (const char* key :
         {"protocol", "response_parsing", "tls", "response_timeout", "idle_timeout",
          "idle_connections_max", "connection_age_max", "sticky", "path", "upgrade"}) {
        if (findings.placed(path + "." + key)) {
            findings.error(path + "." + key,
                           "has no effect on passthrough: the endpoint's bytes are not read",
                           "remove it, or write 'passthrough: off'");
        }
    }
}

void validate_proxy_header(const ServiceConfig& service, const std::string& path,
                           Findings& findings) {
    const bool multiplexed = service.protocol == Protocol::h2 || service.protocol == Protocol::h2c;
    if (service.proxy_protocol != ProxyProtocol::off && multiplexed) {
        findings.error(path, "a connection of this protocol carries requests of many clients",
                       "use protocol http1 or https, or remove it");
    }
}

std::set<std::string_view> used_services(const Config& config) {
    std::set<std::string_view> used;
    for (const RouteConfig& route : config.routes) {
        used.insert(route.service);
        if (route.forward_auth) {
            used.insert(route.forward_auth->service);
        }
    }
    return used;
}

}  // namespace

void validate_services(const Config& config, Findings& findings) {
    const std::set<std::string_view> used = used_services(config);
    for (const ServiceConfig& service : config.services) {
        const std::string path = "services." + service.name;
        if (!is_service_name(service.name)) {
            findings.error(path, in_quotes(service.name) + " is not a name for a service",
                           "use 1 to 63 letters, digits, hyphens and underscores");
        } else if (!used.contains(service.name)) {
            findings.warning(path, "no route leads to this service", "add a route, or remove it");
        }
        validate_endpoints(service, path + ".endpoints", findings);
        validate_swarm(config, service, path, findings);
        validate_parsing(service, path + ".response_parsing", findings);
        validate_upgrade(service, path + ".upgrade", findings);
        validate_hash(service, path + ".hash", findings);
        if (service.sticky) {
            validate_sticky(*service.sticky, path + ".sticky", findings);
        }
        if (service.health) {
            validate_health(service, path + ".health", findings);
        }
        if (service.ejection) {
            validate_ejection(*service.ejection, path + ".ejection", findings);
        }
        if (service.passthrough == Switch::on) {
            validate_passthrough(path, findings);
            if (service.hash.by != HashBy::client) {
                findings.error(path + ".hash.by",
                               "nothing is known of a request that passes through",
                               "write 'by: client'");
            }
        } else {
            validate_proxy_header(service, path + ".proxy_protocol", findings);
            validate_endpoint_tls(service, path + ".tls", findings);
        }
    }
}

bool passes_through(const Config& config, std::string_view service) {
    return std::any_of(config.services.begin(), config.services.end(),
                       [&](const ServiceConfig& candidate) {
                           return candidate.name == service && candidate.passthrough == Switch::on;
                       });
}

}  // namespace portcullis
