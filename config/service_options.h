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
                      Word{"least_requests", Balance::least_requests}};
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

void visit_options(auto& visit, Maybe<ServiceConfig> auto& service) {
    visit("endpoints", service.endpoints, Required{});
    visit("protocol", service.protocol);
    visit("balance", service.balance);
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
}

}  // namespace portcullis
