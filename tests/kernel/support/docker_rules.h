// The nat and filter tables as Docker 20.10 writes them, in iptables-restore's form: what is
// published by a container on a bridge, and by the routing mesh of a swarm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace portcullis::test {

struct Published {
    std::uint16_t host_port = 0;
    std::string container;   // address
    std::uint16_t port = 0;  // in the container; tcp and udp
};

struct DockerRules {
    std::string bridge;
    std::string subnet;
    std::vector<Published> published;
    bool ipv6 = false;             // loopback is another address then
    std::string ingress_target{};  // the ingress sandbox on docker_gwbridge; empty: no routing mesh
    std::vector<std::uint16_t> ingress_ports{};
};

std::string docker_rules(const DockerRules& rules);

}  // namespace portcullis::test
