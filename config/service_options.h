// Keys and ranges of the services; included by options.h.
#pragma once

#include "config/option_kinds.h"
#include "config/service_model.h"

namespace portcullis {

constexpr auto words_of(Protocol) {
    return std::array{Word{"http1", Protocol::http1}, Word{"h2c", Protocol::h2c},
                      Word{"https", Protocol::https}, Word{"h2", Protocol::h2}};
}

constexpr auto words_of(Balance) {
    return std::array{Word{"p2c", Balance::p2c}, Word{"round_robin", Balance::round_robin},
                      Word{"least_requests", Balance::least_requests}, Word{"ewma", Balance::ewma},
                      Word{"hash", Balance::hash}};
}

constexpr auto words_of(HashBy) {
    return std::array{Word{"client", HashBy::client}, Word{"header", HashBy::header},
                      Word{"cookie", HashBy::cookie}};
}

constexpr auto words_of(CheckKind) {
    return std::array{Word{"http", CheckKind::http}, Word{"tcp", CheckKind::tcp},
                      Word{"grpc", CheckKind::grpc}};
}

constexpr auto words_of(SameSite) {
    return std::array{Word{"lax", SameSite::lax}, Word{"strict", SameSite::strict},
                      Word{"none", SameSite::none}};
}

constexpr auto words_of(ResponseParsing) {
    return std::array{Word{"strict", ResponseParsing::strict},
                      Word{"lenient", ResponseParsing::lenient}};
}

constexpr auto words_of(PathForm) {
    return std::array{Word{"normalised", PathForm::normalised},
                      Word{"as_written", PathForm::as_written}};
}

constexpr auto words_of(ProxyProtocol) {
    return std::array{Word{"off", ProxyProtocol::off}, Word{"v1", ProxyProtocol::v1},
                      Word{"v2", ProxyProtocol::v2}};
}

void visit_options(auto& visit, Maybe<CertificateFile> auto& file) {
    visit("certificate", file.certificate, Required{});
    visit("key", file.key, Required{});
}

// Unlike the proxy's own certificates, the one for endpoints may be left out.
void visit_options(auto& visit, Maybe<EndpointTls> auto& tls) {
    visit("ca", tls.ca, OrWord{"system"});
    visit("server_name", tls.server_name, OrWord{"off"});
    visit("certificate", tls.client.certificate, OrWord{"off"});
    visit("key", tls.client.key, OrWord{"off"});
    visit("verify", tls.verify);
}

void visit_options(auto& visit, Maybe<EndpointConfig> auto& endpoint) {
    visit("address", endpoint.address, Required{});
    visit("weight", endpoint.weight,
          Range<std::size_t>{1, 1'000, "what shall get nothing need not be listed"});
}

void visit_options(auto& visit, Maybe<HashConfig> auto& hash) {
    visit("by", hash.by);
    visit("name", hash.name, OrWord{"off"});
    visit("load_max", hash.load_max,
          Range<std::size_t>{105, 1'000, "less moves keys at every request, more is no bound"});
}

void visit_options(auto& visit, Maybe<StickyConfig> auto& sticky) {
    visit("cookie", sticky.cookie, OrWord{"auto"});
    visit("same_site", sticky.same_site);
}

void visit_options(auto& visit, Maybe<RetryBudgetConfig> auto& budget) {
    visit("share", budget.share,
          Range<std::size_t>{0, 100, "every retry is load for a service that is in trouble"});
    visit("least", budget.least,
          Range<std::size_t>{0, 1'000, "every retry is load for a service that is in trouble"});
}

void visit_options(auto& visit, Maybe<CircuitConfig> auto& circuit) {
    constexpr std::string_view kHeld = "each holds memory and a descriptor";
    visit("requests_max", circuit.requests_max, Range<std::size_t>{1, 1'000'000, kHeld});
    visit("connections_max", circuit.connections_max, Range<std::size_t>{1, 1'000'000, kHeld});
    visit("pending_max", circuit.pending_max, Range<std::size_t>{1, 1'000'000, kHeld});
    visit("client_share", circuit.client_share,
          Range<std::size_t>{1, 100, "it is percent, and 0 would answer nobody"});
}

void visit_options(auto& visit, Maybe<HealthConfig> auto& health) {
    constexpr std::string_view kInARow = "0 would be no check, and many take for ever";
    visit("kind", health.kind);
    visit("path", health.path);
    visit("host", health.host, OrWord{"auto"});
    visit("service", health.service, OrWord{"off"});
    visit("interval", health.interval,
          Range<Duration>{100ms, 1h, "each is a connection, from every worker"});
    visit("timeout", health.timeout, Range<Duration>{10ms, 1min, "a check that hangs has failed"});
    visit("healthy", health.healthy, Range<std::size_t>{1, 100, kInARow});
    visit("unhealthy", health.unhealthy, Range<std::size_t>{1, 100, kInARow});
}

void visit_options(auto& visit, Maybe<ParkingConfig> auto& parking) {
    visit("time", parking.time, Range<Duration>{0s, 1min, "the client waits meanwhile"});
    visit("requests_max", parking.requests_max,
          Range<std::size_t>{0, 1'000'000, "each holds memory and a client"});
}

void visit_options(auto& visit, Maybe<EjectionConfig> auto& ejection) {
    visit("consecutive_faults", ejection.consecutive_faults,
          Range<std::size_t>{0, 1'000, "each is a request that failed"});
    visit("success_min", ejection.success_min, Range<std::size_t>{0, 99, "nobody always succeeds"});
    visit("latency_max", ejection.latency_max, Range<std::size_t>{0, 10'000, "more is no limit"});
    visit("requests_min", ejection.requests_min,
          Range<std::size_t>{1, 1'000'000, "few requests say nothing"});
    visit("interval", ejection.interval, Range<Duration>{1s, 1h, "shorter ones have few requests"});
    visit("time", ejection.time, Range<Duration>{100ms, 1h, "the others bear the load meanwhile"});
    visit("time_max", ejection.time_max,
          Range<Duration>{100ms, 24h, "the others bear the load meanwhile"});
    visit("share_max", ejection.share_max,
          Range<std::size_t>{0, 90, "the others bear the load meanwhile"});
}

void visit_options(auto& visit, Maybe<ServiceConfig> auto& service) {
    visit("endpoints", service.endpoints);
    visit("swarm", service.swarm, OrWord{"off"});
    visit("port", service.port, OrWord{"off"},
          Range<std::size_t>{1, 65'535, "there are no other ports"});
    visit("protocol", service.protocol);
    visit("response_parsing", service.response_parsing);
    visit("path", service.path);
    visit("upgrade", service.upgrade);
    visit("balance", service.balance);
    visit("hash", service.hash);
    visit("sticky", service.sticky);
    visit("connect_timeout", service.connect_timeout,
          Range<Duration>{10ms, 1min, "the client waits meanwhile"});
    visit("response_timeout", service.response_timeout,
          Range<Duration>{100ms, 24h, "the client waits meanwhile"});
    visit("idle_timeout", service.idle_timeout,
          Range<Duration>{1s, 1h, "origins close idle connections themselves"});
    visit("connection_age_max", service.connection_age_max,
          Range<Duration>{100ms, 24h * 7, "older connections keep load on old endpoints"});
    visit("idle_connections_max", service.idle_connections_max,
          Range<std::size_t>{0, 10'000, "each takes a descriptor per worker and endpoint"});
    visit("passthrough", service.passthrough);
    visit("proxy_protocol", service.proxy_protocol);
    visit("tls", service.tls);
    visit("retry_budget", service.retry_budget);
    visit("circuit", service.circuit);
    visit("health", service.health);
    visit("parking", service.parking);
    visit("ejection", service.ejection);
    visit("slow_start", service.slow_start, Range<Duration>{0s, 1h, "an endpoint is warm by then"});
}

}  // namespace portcullis
