#include "tests/kernel/support/wall.h"

#include "firewall/netlink/links.h"

namespace portcullis::test {

namespace {

firewall::Socket socket_in(const NetNamespace& machine) {
    const Inside inside{machine};
    return firewall::Socket::open().value();
}

}  // namespace

FirewallConfig usual_policy() {
    FirewallConfig policy;
    policy.uplinks = {{.interface = {"eth0"}, .bogons = Switch::on}, {.interface = {"eth1"}}};
    policy.cluster.peers = {Cidr::parse("10.77.0.2/32").value(),
                            Cidr::parse("fd77::2/128").value()};
    return policy;
}

Wall::Wall(const NetNamespace& node) : node_{node}, owner_{socket_in(node)} {}

firewall::Facts Wall::facts() const {
    const Inside inside{node_};
    firewall::Facts facts;
    facts.interfaces = firewall::Links::open().value().list().value();
    return facts;
}

firewall::Program Wall::compiled(const FirewallConfig& policy) const {
    return firewall::compile(policy, facts());
}

void Wall::put(const firewall::Program& program) {
    firewall::replace(owner_, program, firewall::Ownership::persistent).value();
}

void Wall::take_away() {
    firewall::remove(owner_).value();
}

Taken Wall::taken() const {
    firewall::Socket asking = socket_in(node_);
    Taken taken;
    for (const auto& [counter, counted] : firewall::counters(asking).value()) {
        if (counted.packets != 0) {
            taken[counter] = counted.packets;
        }
    }
    return taken;
}

Taken operator-(const Taken& later, const Taken& earlier) {
    Taken more;
    for (const auto& [counter, packets] : later) {
        const auto before = earlier.find(counter);
        const std::uint64_t count = packets - (before == earlier.end() ? 0 : before->second);
        if (count != 0) {
            more[counter] = count;
        }
    }
    return more;
}

}  // namespace portcullis::test
