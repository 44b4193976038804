// A node of a swarm and the world around it, each machine a network namespace:
//
//   outside 11.22.33.1 ------ eth0 .10 ------- node ------- eth1 10.77.0.10 ------ peer 10.77.0.2
//   2a00:77::1                     ::10 |        |          fd77::10               fd77::2
//                                       |        |-- br-5ca1ab1e0001 172.19.0.1 -- container .2
//   macvlan container .30 ::30 ---------'        |   fd00:19::1                    ::2
//   (stacked on the node's eth0)                 '-- docker_gwbridge 172.18.0.1 -- ingress .2
//
// outside is both the internet, with something to talk to, and the attacker. The node has the rules
// that Docker 20.10 writes for: 8081 published by the container (its port 80, tcp and udp), 8082
// published by the routing mesh, and docker-proxy's listener for each. Nothing of the wall is
// there.
#pragma once

#include "tests/kernel/support/wire.h"
#include "tests/support/net_namespace.h"

#include <string>

namespace portcullis::test {

// Of the node's ends; also what frames from outside are sent to.
constexpr Mac kNodeMac{2, 0, 0, 0, 0, 0x10}, kNodeMac1{2, 0, 0, 0, 1, 0x10};
constexpr Mac kMacvlanMac{2, 0, 0, 0, 0, 0x30};

constexpr const char* kBridge = "br-5ca1ab1e0001";

struct Topology {
    Topology();

    NetNamespace outside, node, peer, container, ingress, macvlan;

    // By name, so that tests read as what they say.
    const IpAddress outside4 = IpAddress::parse("11.22.33.1").value();
    const IpAddress outside6 = IpAddress::parse("2a00:77::1").value();
    const IpAddress node4 = IpAddress::parse("11.22.33.10").value();
    const IpAddress node6 = IpAddress::parse("2a00:77::10").value();
    const IpAddress macvlan4 = IpAddress::parse("11.22.33.30").value();
    const IpAddress macvlan6 = IpAddress::parse("2a00:77::30").value();
    const IpAddress node_private4 = IpAddress::parse("10.77.0.10").value();
    const IpAddress node_private6 = IpAddress::parse("fd77::10").value();
    const IpAddress peer4 = IpAddress::parse("10.77.0.2").value();
    const IpAddress peer6 = IpAddress::parse("fd77::2").value();
    const IpAddress container4 = IpAddress::parse("172.19.0.2").value();
    const IpAddress container6 = IpAddress::parse("fd00:19::2").value();
    const IpAddress ingress4 = IpAddress::parse("172.18.0.2").value();

  private:
    void connect();
    void load_docker_rules() const;
};

}  // namespace portcullis::test
