// Forged sources: all that the link makes distinguishable are dropped before any state is made, and
// counted for what they are. A SYN to 443, the one packet that everybody may send, is what carries
// them.
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

struct Forged {
    const char* source;
    const char* counter;  // empty: it cannot be told from an honest one
};

// Nothing counts these: the kernel drops them before any rule (ip6_rcv_core()).
constexpr const char* kByTheKernel = "the kernel";

constexpr Forged kFromTheInternet[] = {
    {"0.0.0.0", "d_bogon4"},
    {"10.1.2.3", "d_bogon4"},
    {"10.77.0.2", "d_spoof4"},  // the peer, on the wrong link
    {"100.64.0.1", "d_bogon4"},
    {"127.0.0.1", "d_bogon4"},
    {"169.254.1.1", "d_bogon4"},
    {"172.16.0.1", "d_bogon4"},
    {"172.19.0.2", "d_bogon4"},  // a container of this node
    {"192.0.0.8", "d_bogon4"},
    {"192.0.2.1", "d_bogon4"},
    {"192.168.1.1", "d_bogon4"},
    {"198.18.0.1", "d_bogon4"},
    {"198.51.100.1", "d_bogon4"},
    {"203.0.113.1", "d_bogon4"},
    {"224.0.0.1", "d_bogon4"},
    {"240.0.0.1", "d_bogon4"},
    {"255.255.255.255", "d_bogon4"},
    {"11.22.33.10", "d_badaddr"},   // the node itself
    {"11.22.33.255", "d_badaddr"},  // everybody on the link
    {"11.22.33.77", ""},            // a neighbour
    {"8.8.8.8", ""},                // anybody
    {"::", "d_badaddr"},
    {"::1", kByTheKernel},
    {"ff02::1", kByTheKernel},
    {"100::1", "d_bogon6"},
    {"64:ff9b:1::1", "d_bogon6"},
    {"2001:db8::1", "d_bogon6"},
    {"3fff::1", "d_bogon6"},
    {"fc00::1", "d_bogon6"},
    {"fd77::2", "d_spoof6"},     // the peer, on the wrong link
    {"fd00:19::2", "d_bogon6"},  // a container of this node
    {"fec0::1", "d_bogon6"},
    {"2a00:77::10", "d_badaddr"},  // the node itself
    {"2a00:77::77", ""},           // a neighbour
    {"2620:99::2", ""},            // anybody
    {"fe80::77", ""},              // a neighbour
};

// The reverse path alone, where private addresses are honest ones.
constexpr Forged kFromThePrivateNetwork[] = {
    {"8.8.8.8", "d_spoof4"},      {"11.22.33.77", "d_spoof4"},
    {"172.19.0.2", "d_spoof4"},   {"172.18.0.2", "d_spoof4"},
    {"127.0.0.1", "d_badaddr"},   {"10.77.0.10", "d_badaddr"},
    {"10.77.0.255", "d_badaddr"}, {"224.0.0.1", "d_badaddr"},
    {"10.77.0.99", ""},           {"2620:99::2", "d_spoof6"},
    {"2a00:77::77", "d_spoof6"},  {"fd00:19::2", "d_spoof6"},
    {"fd77::10", "d_badaddr"},    {"fd77::99", ""},
};

Packet syn_from(const char* source, const IpAddress& node4, const IpAddress& node6) {
    const IpAddress from = IpAddress::parse(source).value();
    return packet(from, from.is_v4() ? node4 : node6, Tcp{});
}

Taken drops(Taken taken) {
    std::erase_if(taken, [](const auto& entry) { return !entry.first.starts_with("d_"); });
    return taken;
}

void expect_each(std::span<const Forged> matrix, Wire& wire, const Mac& mac, const Seen& seen,
                 const Wall& wall, const IpAddress& node4, const IpAddress& node6) {
    for (const Forged& forged : matrix) {
        const Taken before = wall.taken();
        wire.send(syn_from(forged.source, node4, node6), mac);
        const std::string_view counter = forged.counter;
        const Taken want =
            counter.empty() || counter == kByTheKernel ? Taken{} : Taken{{std::string{counter}, 1}};
        EXPECT_EQ(drops(wall.taken() - before), want) << forged.source;
    }
    std::set<std::string> honest;
    for (const Forged& forged : matrix) {
        if (*forged.counter == 0) {
            honest.insert(forged.source);
        }
    }
    EXPECT_EQ(seen.sources(), honest);
}

TEST(Spoof, FromTheInternetOnlyWhatCouldBeHonestArrives) {
    const Topology world;
    const Seen seen{world.node, "eth0"};
    Wall wall{world.node};
    wall.put(usual_policy());
    Wire wire{world.outside, "eth0"};
    expect_each(kFromTheInternet, wire, kNodeMac, seen, wall, world.node4, world.node6);
}

TEST(Spoof, FromThePrivateNetworkOnlyItsOwnAddressesArrive) {
    const Topology world;
    const Seen seen{world.node, "eth1"};
    Wall wall{world.node};
    wall.put(usual_policy());
    Wire wire{world.peer, "eth0"};
    expect_each(kFromThePrivateNetwork, wire, kNodeMac1, seen, wall, world.node_private4,
                world.node_private6);
}

// The control: without the wall the kernel's own checks let most of them in.
TEST(Spoof, WithoutTheWallMostOfThemArrive) {
    const Topology world;
    const Seen seen{world.node, "eth0"};
    Wire wire{world.outside, "eth0"};
    for (const Forged& forged : kFromTheInternet) {
        wire.send(syn_from(forged.source, world.node4, world.node6), kNodeMac);
    }
    EXPECT_GE(seen.sources().size(), 20U) << testing::PrintToString(seen.sources());
}

}  // namespace
}  // namespace portcullis::test
