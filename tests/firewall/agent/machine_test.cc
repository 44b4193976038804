#include "firewall/agent/machine.h"

#include "tests/support/net_namespace.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::firewall {
namespace {

using test::NetNamespace;
using testing::Contains;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Machine, SaysWhichInterfacesCameAndWent) {
    Machine machine = Machine::look().value();
    EXPECT_THAT(machine.update_interfaces().value(), IsEmpty());
    const NetNamespace here = NetNamespace::here();
    here.must({"ip", "link", "add", "new0", "type", "veth", "peer", "name", "new1"});
    EXPECT_THAT(machine.update_interfaces().value(), Contains(StartsWith("new0 is new (index ")));
    here.must({"ip", "link", "set", "new0", "name", "old0"});
    EXPECT_THAT(machine.update_interfaces().value(), Contains("new0 is now called old0"));
    here.must({"ip", "link", "delete", "old0"});
    EXPECT_THAT(machine.update_interfaces().value(), Contains(StartsWith("old0 is gone (index ")));
}

TEST(Machine, KnowsWhenAStrangerTakes443) {
    Machine machine = Machine::look().value();
    EXPECT_FALSE(machine.update_listener("portcullis-proxy").value());
    EXPECT_EQ(machine.listener().state, ListenerState::none);
    EXPECT_TRUE(machine.facts(BanTable{1}, {}).listener_is_ours);
    test::Process stranger{
        {.argv = {"openssl", "s_server", "-accept", "443", "-nocert", "-quiet"}}};
    EXPECT_TRUE(
        test::eventually([&] { return machine.update_listener("portcullis-proxy").value(); }));
    EXPECT_EQ(machine.listener().state, ListenerState::foreign);
    EXPECT_FALSE(machine.facts(BanTable{1}, {}).listener_is_ours);
    EXPECT_TRUE(machine.update_listener("openssl").value());
    EXPECT_EQ(machine.listener().state, ListenerState::ours);
}

TEST(RandomSeeds, DifferEachTime) {
    EXPECT_NE(random_seeds(), random_seeds());
}

}  // namespace
}  // namespace portcullis::firewall
