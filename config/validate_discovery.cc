#include "config/types/quote.h"
#include "config/validate.h"

#include <algorithm>
#include <array>
#include <set>

namespace portcullis {
namespace {

constexpr std::string_view kUnix = "unix://";
constexpr std::string_view kTcp = "tcp://";

bool names_host_and_port(std::string_view where) {
    const std::size_t colon = where.rfind(':');
    const std::string_view port = colon == std::string_view::npos ? "" : where.substr(colon + 1);
    return colon != 0 && !port.empty() && port.size() <= 5 &&
           port.find_first_not_of("0123456789") == std::string_view::npos;
}

bool names_an_engine(std::string_view docker) {
    return (docker.starts_with("unix:///") && docker.size() > kUnix.size() + 1) ||
           (docker.starts_with(kTcp) && names_host_and_port(docker.substr(kTcp.size())));
}

void validate_docker(const DiscoveryConfig& discovery, Findings& findings) {
    if (discovery.docker.empty()) {
        findings.error("discovery.docker", "no Docker Engine is named",
                       "write unix:///var/run/docker.sock, or a list of tcp://HOST:2376");
    }
    std::set<std::string_view> seen;
    bool over_tcp = false;
    for (std::size_t i = 0; i < discovery.docker.size(); ++i) {
        const std::string_view docker = discovery.docker[i];
        const std::string at =
            discovery.docker.size() == 1 ? "discovery.docker" : indexed("discovery.docker", i);
        over_tcp = over_tcp || docker.starts_with(kTcp);
        if (!names_an_engine(docker)) {
            findings.error(at, in_quotes(docker) + " is no place of a Docker Engine",
                           "write unix:///var/run/docker.sock, or tcp://HOST:2376");
        } else if (!seen.insert(docker).second) {
            findings.error(at, in_quotes(docker) + " is there twice", "keep one of them");
        }
    }
    const std::array files{&discovery.tls.ca, &discovery.tls.certificate, &discovery.tls.key};
    const auto named =
        std::count_if(files.begin(), files.end(), [](const auto* file) { return !file->empty(); });
    if (over_tcp && named < 3) {
        findings.error("discovery.tls", "an engine is asked over TCP by TLS, both sides verified",
                       "name ca, certificate and key");
    } else if (!over_tcp && named > 0) {
        findings.error("discovery.tls", "has no effect on a unix socket",
                       "remove it, or write 'docker: tcp://HOST:2376'");
    }
}

// Only Docker's own resolver answers for the network that it is asked from.
void validate_verification(const DiscoveryConfig& discovery, Findings& findings) {
    if (discovery.verify == VerifyEndpoints::always && discovery.resolver.port == 0) {
        findings.error(
            "discovery.verify", "'always' asks a resolver, and there is none",
            "name one in 'resolver', such as 127.0.0.11:53, or write 'verify: when_old'");
    }
    if (discovery.stale == StaleEndpoints::serve) {
        findings.warning("discovery.stale",
                         "'serve': while discovery and the resolver are away, requests may reach "
                         "another service's container",
                         "write 'refuse' unless every task may see every request");
    }
}

void validate_networks(const DiscoveryConfig& discovery, Findings& findings) {
    if (discovery.networks.empty()) {
        findings.error("discovery.networks", "no network is named",
                       "name the overlay networks that the proxy is on");
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < discovery.networks.size(); ++i) {
        if (!seen.insert(discovery.networks[i]).second) {
            findings.error(indexed("discovery.networks", i),
                           in_quotes(discovery.networks[i]) + " is there twice",
                           "keep one of them");
        }
    }
}

void validate_hosts(const DiscoveryConfig& discovery, Findings& findings) {
    std::set<HostPattern> seen;
    for (std::size_t i = 0; i < discovery.hosts.size(); ++i) {
        if (findings.placed(indexed("discovery.hosts", i)) &&
            !seen.insert(discovery.hosts[i]).second) {
            findings.error(indexed("discovery.hosts", i),
                           in_quotes(discovery.hosts[i].text()) + " is there twice",
                           "keep one of them");
        }
    }
}

void validate_share(const DiscoveryConfig& discovery, Findings& findings) {
    for (std::size_t i = 0; i < discovery.share.size(); ++i) {
        const std::vector<std::string>& group = discovery.share[i];
        if (std::set<std::string_view>{group.begin(), group.end()}.size() < 2) {
            findings.error(indexed("discovery.share", i), "a group of fewer than two services",
                           "name the services that may share a host, as in [ shop, shop_api ]");
        }
    }
}

// Who follows has no use for the private key, and must not need it.
void validate_keys(const DiscoveryConfig& discovery, SnapshotUse use, Findings& findings) {
    constexpr const char* kMake =
        "portcullis-discovery keygen --out swarm makes swarm.key and swarm.pub: name ";
    if (use == SnapshotUse::writes && discovery.signing_key.empty()) {
        findings.error("discovery.signing_key", "snapshots are signed, and there is no key",
                       std::string{kMake} + "the first");
    }
    if (use == SnapshotUse::follows && discovery.verify_key.empty()) {
        findings.error("discovery.verify_key", "snapshots are verified, and there is no public key",
                       std::string{kMake} + "the second");
    }
    if (!discovery.verify_key.empty() && discovery.verify_key == discovery.signing_key) {
        findings.error("discovery.verify_key", "the same file as signing_key",
                       "name the public key here: who verifies must not be able to sign");
    }
}

}  // namespace

void validate_discovery(const Config& config, SnapshotUse use, Findings& findings) {
    const DiscoveryConfig& discovery = config.discovery;
    if (discovery.snapshot.empty()) {
        return;
    }
    validate_docker(discovery, findings);
    validate_verification(discovery, findings);
    validate_networks(discovery, findings);
    validate_hosts(discovery, findings);
    validate_share(discovery, findings);
    validate_keys(discovery, use, findings);
    if (discovery.poll_quiet < discovery.poll) {
        findings.error("discovery.poll_quiet", "shorter than poll", "write as much, or more");
    }
}

void validate_overlay(const Config& config, Findings& findings) {
    if (!config.overlay.container.empty() && !config.overlay.netns.empty()) {
        findings.error("overlay", "both a container and a network namespace", "keep one of them");
    }
}

}  // namespace portcullis
