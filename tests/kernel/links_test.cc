// What is outside stays outside, whatever links come and whatever they are called; and the private
// network is outside too, but for the peers' own ports.
#include "tests/kernel/support/scan.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

const PortsSeen kNothing{};
const PortsSeen k443{.tcp4 = {443}, .udp4 = {}, .tcp6 = {443}, .udp6 = {}};

void scan(Wire& wire, const Seen& seen, const IpAddress& source, const IpAddress& target,
          const Mac& mac) {
    const std::uint64_t before = seen.arrived();
    wire.send(scan_of(source, target), mac);
    EXPECT_EQ(seen.arrived(), before + 2 * kPortsMax);
}

TEST(Links, APeerReachesTheSwarmsPortsAnd443AndNothingElse) {
    const Topology world;
    const Seen seen{world.node, "eth*"};
    Wall wall{world.node};
    wall.put(usual_policy());
    Wire wire{world.peer, "eth0"};
    scan(wire, seen, world.peer4, world.node_private4, kNodeMac1);
    scan(wire, seen, world.peer6, world.node_private6, kNodeMac1);
    const PortSet tcp{443, 2377, 7946};
    const PortSet udp{4789, 7946};
    EXPECT_EQ(seen.input(), (PortsSeen{tcp, udp, tcp, udp}));
    EXPECT_EQ(seen.forwarded(), kNothing);
}

TEST(Links, AStrangerOnThePrivateNetworkReachesNothingBut443) {
    const Topology world;
    const Seen seen{world.node, "eth*"};
    Wall wall{world.node};
    wall.put(usual_policy());
    Wire wire{world.peer, "eth0"};
    scan(wire, seen, IpAddress::parse("10.77.0.99").value(), world.node_private4, kNodeMac1);
    scan(wire, seen, IpAddress::parse("fd77::99").value(), world.node_private6, kNodeMac1);
    EXPECT_EQ(seen.input(), k443);
    EXPECT_EQ(seen.forwarded(), kNothing);
}

// The names are those that Docker's bridges have; the index is what the wall goes by.
TEST(Links, AnUplinkThatIsRenamedStaysOutside) {
    for (const char* name : {"br-x", "docker0"}) {
        const Topology world;
        Wall wall{world.node};
        wall.put(usual_policy());
        world.node.must({"ip", "link", "set", "eth0", "name", name});
        const Seen seen{world.node, name};
        Wire wire{world.outside, "eth0"};
        scan(wire, seen, world.outside4, world.node4, kNodeMac);
        scan(wire, seen, world.outside6, world.node6, kNodeMac);
        EXPECT_EQ(seen.input(), k443) << name;
        EXPECT_EQ(seen.forwarded(), kNothing) << name;
    }
}

// Nobody told the wall; even a name that begins like a Docker bridge's does not help.
TEST(Links, AnInterfaceThatComesLaterIsOutsideAtOnce) {
    for (const char* name : {"eth9", "br-9"}) {
        const Topology world;
        Wall wall{world.node};
        wall.put(usual_policy());
        const NetNamespace newcomer;
        world.node.must({"ip", "-batch", "-"},
                        "link add " + std::string{name} +
                            " address 02:00:00:00:09:10 type veth peer name eth0 netns " +
                            newcomer.path() + "\nlink set " + name +
                            " up\naddr add 10.9.0.10/24 dev " + name + "\n");
        newcomer.must({"ip", "-batch", "-"}, "link set eth0 up\naddr add 10.9.0.2/24 dev eth0\n");
        const Seen seen{world.node, name};
        Wire wire{newcomer, "eth0"};
        scan(wire, seen, IpAddress::parse("10.9.0.2").value(),
             IpAddress::parse("10.9.0.10").value(), {2, 0, 0, 0, 9, 0x10});
        EXPECT_EQ(seen.input().tcp4, (PortSet{443})) << name;
        EXPECT_EQ(seen.input().udp4, (PortSet{})) << name;
        EXPECT_EQ(seen.forwarded(), kNothing) << name;
    }
}

}  // namespace
}  // namespace portcullis::test
