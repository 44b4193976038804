#include "firewall/program/side.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

bool outside(const Interface& interface, std::vector<Interface> others = {}) {
    others.push_back(interface);
    return certainly_outside(interface, others);
}

TEST(Side, ADeviceIsOutsideWhateverItsName) {
    EXPECT_TRUE(outside({.index = 2, .name = "eth0"}));
    EXPECT_TRUE(outside({.index = 2, .name = "docker0"}));
    EXPECT_TRUE(outside({.index = 2, .name = "br-x"}));
}

TEST(Side, WhatIsStackedOnADeviceIsOutside) {
    for (const char* kind :
         {"vlan", "bond", "macvlan", "macvtap", "ipvlan", "team", "unheard-of"}) {
        EXPECT_TRUE(outside({.index = 5, .name = "docker0", .kind = kind})) << kind;
    }
}

TEST(Side, LoopbackNeverIsOutside) {
    EXPECT_FALSE(outside({.index = 1, .name = "lo", .loopback = true}));
    EXPECT_FALSE(outside({.index = 1, .name = "lo", .loopback = true, .default_route = true}));
}

TEST(Side, AnOrdinaryBridgeIsNotForCertainOutside) {
    EXPECT_FALSE(outside({.index = 3, .name = "docker0", .kind = "bridge"}));
    EXPECT_FALSE(outside({.index = 3, .name = "docker0", .kind = "bridge"},
                         {{.index = 9, .name = "veth1", .kind = "veth", .master = 3}}));
}

TEST(Side, ABridgeWithADeviceAsPortIsOutside) {
    EXPECT_TRUE(outside({.index = 3, .name = "br-vm", .kind = "bridge"},
                        {{.index = 2, .name = "eth0", .master = 3}}));
    EXPECT_FALSE(outside({.index = 3, .name = "br-vm", .kind = "bridge"},
                         {{.index = 2, .name = "eth0", .master = 4}}));
}

TEST(Side, ADefaultRouteLeadsOutside) {
    EXPECT_TRUE(outside({.index = 3, .name = "docker0", .kind = "bridge", .default_route = true}));
    EXPECT_TRUE(outside({.index = 7, .name = "wg0", .kind = "wireguard", .default_route = true}));
    EXPECT_FALSE(outside({.index = 7, .name = "wg0", .kind = "wireguard"}));
}

}  // namespace
}  // namespace portcullis::firewall
