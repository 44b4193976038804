// A policy is for what exists already, too: connections that it would not have let in are cut when
// it comes, those to 443 and those of egress live on.
#include "tests/kernel/support/client.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(OldConnections, ToOtherPortsAreCutWhileEgressAnd443LiveOn) {
    const Topology world;
    const Services internet{world.outside, {.tcp = {8080}}};
    const Services host{world.node, {.tcp = {22, 443}}};
    const Services container{world.container, {.tcp = {80}}};
    Wall wall{world.node};
    FirewallConfig earlier = usual_policy();
    earlier.management.from = {Cidr::parse("11.22.33.0/24").value()};
    wall.put(earlier);
    Connection ssh{world.outside, {world.node4, 22}};
    Connection https{world.outside, {world.node4, 443}};
    Connection egress{world.node, {world.outside4, 8080}};
    Connection container_egress{world.container, {world.outside4, 8080}};
    Connection container_egress6{world.container, {world.outside6, 8080}};
    for (Connection* each : {&ssh, &https, &egress, &container_egress, &container_egress6}) {
        ASSERT_TRUE(each->echoes("before"));
    }
    const Seen seen{world.node, "eth*"};
    wall.put(usual_policy());
    ssh.say("after");
    EXPECT_TRUE(eventually([&] { return wall.taken()["d_port"] != 0; }));
    for (Connection* each : {&https, &egress, &container_egress, &container_egress6}) {
        EXPECT_TRUE(each->echoes("after"));
    }
    EXPECT_FALSE(seen.input().tcp4.contains(22));
}

// Docker's DNAT was decided when the connection was opened; the gate looks at what it was opened
// to.
TEST(OldConnections, ToPublishedPortsAreCut) {
    const Topology world;
    const Services container{world.container, {.tcp = {80}}};
    Connection published{world.outside, {world.node4, 8081}};
    Connection published6{world.outside, {world.node6, 8081}};
    ASSERT_TRUE(published.echoes("before"));
    ASSERT_TRUE(published6.echoes("before"));
    const Seen seen{world.node, "eth*"};
    Wall wall{world.node};
    wall.put(usual_policy());
    published.say("after");
    published6.say("after");
    EXPECT_TRUE(eventually([&] { return wall.taken()["d_port"] >= 2; }));
    EXPECT_EQ(seen.forwarded(), PortsSeen{});
}

}  // namespace
}  // namespace portcullis::test
