#include "tests/kernel/support/topology.h"

#include "tests/kernel/support/docker_rules.h"

#include <fmt/format.h>

namespace portcullis::test {

namespace {

// No duplicate address detection, so that addresses serve at once; and no router solicitations,
// which would come in at times of their own and be counted.
void quiet_ipv6(const NetNamespace& machine) {
    for (const char* scope : {"default", "all"}) {
        machine.set(fmt::format("net/ipv6/conf/{}/accept_dad", scope), "0");
        machine.set(fmt::format("net/ipv6/conf/{}/router_solicitations", scope), "0");
    }
}

void forward(const NetNamespace& machine) {
    machine.set("net/ipv4/ip_forward", "1");
    machine.set("net/ipv6/conf/all/forwarding", "1");
}

void ip(const NetNamespace& machine, const std::string& lines) {
    machine.must({"ip", "-batch", "-"}, lines);
}

// What a machine with one interface needs.
std::string leaf(const char* address4, const char* gateway4, const char* address6,
                 const char* gateway6) {
    return fmt::format(
        "link set eth0 up\naddr add {} dev eth0\naddr add {} dev eth0 nodad\n"
        "route add default via {}\nroute add default via {}\n",
        address4, address6, gateway4, gateway6);
}

}  // namespace

Topology::Topology() {
    for (const NetNamespace* machine : {&outside, &node, &peer, &container, &ingress, &macvlan}) {
        quiet_ipv6(*machine);
    }
    forward(node);
    connect();
    load_docker_rules();
}

void Topology::connect() {
    ip(node, fmt::format(
                 "link add eth0 address 02:00:00:00:00:10 type veth"
                 " peer name eth0 address 02:00:00:00:00:01 netns {outside}\n"
                 "link add eth1 address 02:00:00:00:01:10 type veth"
                 " peer name eth0 address 02:00:00:00:01:02 netns {peer}\n"
                 "link add {bridge} type bridge\n"
                 "link add docker_gwbridge type bridge\n"
                 "link add veth1 master {bridge} type veth peer name eth0 netns {container}\n"
                 "link add veth2 master docker_gwbridge type veth peer name eth0 netns {ingress}\n"
                 "link add eth0 netns {macvlan} link eth0 address 02:00:00:00:00:30"
                 " type macvlan mode bridge\n"
                 "link set eth0 up\nlink set eth1 up\nlink set veth1 up\nlink set veth2 up\n"
                 "link set {bridge} up\nlink set docker_gwbridge up\n"
                 "addr add 11.22.33.10/24 dev eth0\naddr add 2a00:77::10/64 dev eth0 nodad\n"
                 "addr add 10.77.0.10/24 dev eth1\naddr add fd77::10/64 dev eth1 nodad\n"
                 "addr add 172.19.0.1/16 dev {bridge}\naddr add fd00:19::1/64 dev {bridge} nodad\n"
                 "addr add 172.18.0.1/16 dev docker_gwbridge\n",
                 fmt::arg("outside", outside.path()), fmt::arg("peer", peer.path()),
                 fmt::arg("container", container.path()), fmt::arg("ingress", ingress.path()),
                 fmt::arg("macvlan", macvlan.path()), fmt::arg("bridge", kBridge)));
    ip(outside, leaf("11.22.33.1/24", "11.22.33.10", "2a00:77::1/64", "2a00:77::10"));
    ip(peer, leaf("10.77.0.2/24", "10.77.0.10", "fd77::2/64", "fd77::10"));
    ip(container, leaf("172.19.0.2/16", "172.19.0.1", "fd00:19::2/64", "fd00:19::1"));
    ip(macvlan, leaf("11.22.33.30/24", "11.22.33.1", "2a00:77::30/64", "2a00:77::1"));
    ip(ingress,
       "link set eth0 up\naddr add 172.18.0.2/16 dev eth0\nroute add default via 172.18.0.1\n");
    ip(node, "route add default via 11.22.33.1\nroute add default via 2a00:77::1\n");
}

void Topology::load_docker_rules() const {
    const Published container_port{.host_port = 8081, .container = "172.19.0.2", .port = 80};
    node.must({"iptables-restore"}, docker_rules({.bridge = kBridge,
                                                  .subnet = "172.19.0.0/16",
                                                  .published = {container_port},
                                                  .ingress_target = "172.18.0.2",
                                                  .ingress_ports = {8082}}));
    node.must(
        {"ip6tables-restore"},
        docker_rules({.bridge = kBridge,
                      .subnet = "fd00:19::/64",
                      .published = {{.host_port = 8081, .container = "fd00:19::2", .port = 80}},
                      .ipv6 = true}));
}

}  // namespace portcullis::test
