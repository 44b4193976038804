// Keys and ranges of the swarm's part of the model; included by options.h.
#pragma once

#include "config/discovery_model.h"
#include "config/option_kinds.h"

namespace portcullis {

constexpr auto words_of(VerifyEndpoints) {
    return std::array{Word{"when_old", VerifyEndpoints::when_old},
                      Word{"always", VerifyEndpoints::always}};
}

constexpr auto words_of(StaleEndpoints) {
    return std::array{Word{"refuse", StaleEndpoints::refuse}, Word{"serve", StaleEndpoints::serve}};
}

void visit_options(auto& visit, Maybe<DockerTls> auto& tls) {
    visit("ca", tls.ca, OrWord{"off"});
    visit("certificate", tls.certificate, OrWord{"off"});
    visit("key", tls.key, OrWord{"off"});
}

void visit_options(auto& visit, Maybe<DiscoveryConfig> auto& discovery) {
    constexpr std::string_view kManager = "the manager has more to do than to answer";
    visit("docker", discovery.docker, OneOrMore{});
    visit("tls", discovery.tls);
    visit("networks", discovery.networks);
    visit("snapshot", discovery.snapshot, OrWord{"off"});
    visit("signing_key", discovery.signing_key, OrWord{"off"});
    visit("verify_key", discovery.verify_key, OrWord{"off"});
    visit("serial_file", discovery.serial_file, OrWord{"off"});
    visit("socket", discovery.socket, OrWord{"off"});
    visit("poll", discovery.poll, Range<Duration>{50ms, 1min, kManager});
    visit("poll_quiet", discovery.poll_quiet, Range<Duration>{50ms, 1min, kManager});
    visit("timeout", discovery.timeout,
          Range<Duration>{100ms, 1min, "a manager without a leader hangs for longer"});
    visit("stale_after", discovery.stale_after,
          Range<Duration>{1s, 24h, "shorter cries at every election"});
    visit("verify", discovery.verify);
    visit("verify_after", discovery.verify_after,
          Range<Duration>{500ms, 1min, "a healthy snapshot is up to half a second old"});
    visit("resolver", discovery.resolver, OrWord{"off"});
    visit("stale", discovery.stale);
    visit("stale_max", discovery.stale_max,
          Range<Duration>{2s, 10min, "addresses of an overlay are given again within seconds"});
    visit("hosts", discovery.hosts);
    visit("share", discovery.share);
    visit("hosts_per_service", discovery.hosts_per_service,
          Range<std::size_t>{1, 1'000, "one service is not to fill the routing table"});
    visit("routes_per_service", discovery.routes_per_service,
          Range<std::size_t>{1, 10'000, "one service is not to fill the routing table"});
    visit("label_bytes", discovery.label_bytes,
          Range<ByteSize>{{1U << 10U}, {1U << 20U}, "every service has a part of the snapshot"});
}

void visit_options(auto& visit, Maybe<OverlayConfig> auto& overlay) {
    visit("container", overlay.container, OrWord{"off"});
    visit("netns", overlay.netns, OrWord{"off"});
    visit("docker", overlay.docker);
    visit("grace", overlay.grace, Range<Duration>{0s, 1h, "nothing can be served meanwhile"});
}

}  // namespace portcullis
