#include "firewall/agent/interfaces.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::firewall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Interface device(std::uint32_t index, const char* name) {
    return {.index = index, .name = name};
}

Interface bridge(std::uint32_t index, const char* name) {
    return {.index = index, .name = name, .kind = "bridge"};
}

TEST(InterfaceAlarms, AreSilentAboutWhatIsAsItShouldBe) {
    Interface loopback = device(1, "lo");
    loopback.loopback = true;
    Interface container{.index = 4, .name = "veth1", .kind = "veth", .master = 3};
    Interface uplink = device(2, "eth0");
    uplink.default_route = true;
    EXPECT_THAT(interface_alarms({}, {loopback, uplink, bridge(3, "docker0"), container}),
                IsEmpty());
}

TEST(InterfaceAlarms, TellADeviceThatWasGivenAnInsideName) {
    EXPECT_THAT(
        interface_alarms({}, {device(2, "br-x")}),
        ElementsAre("br-x has the name of an inside interface and a device is behind it; it "
                    "is treated as outside"));
    EXPECT_THAT(
        interface_alarms({}, {device(2, "docker0")}),
        ElementsAre("docker0 has the name of an inside interface and a device is behind it; "
                    "it is treated as outside"));
}

TEST(InterfaceAlarms, TellABridgeThatADeviceWasPutInto) {
    Interface port = device(2, "eth0");
    port.master = 3;
    EXPECT_THAT(
        interface_alarms({}, {port, bridge(3, "br-1f")}),
        ElementsAre("br-1f has the name of an inside interface and a device is behind it; it "
                    "is treated as outside"));
}

TEST(InterfaceAlarms, TellADefaultRouteThroughAnInsideName) {
    Interface inside = bridge(3, "br-1f");
    inside.default_route = true;
    EXPECT_THAT(interface_alarms({}, {inside}),
                ElementsAre("br-1f has the name of an inside interface and a default route leaves "
                            "through it; it is treated as outside"));
}

TEST(InterfaceChanges, NameWhatHappenedToWhom) {
    Interface renamed = device(2, "br-x");
    renamed.default_route = true;
    Interface enslaved = device(5, "eth3");
    enslaved.master = 3;
    EXPECT_THAT(interface_changes(
                    {device(2, "eth0"), bridge(3, "br-1"), device(4, "eth1"), device(5, "eth3")},
                    {renamed, bridge(3, "br-1"), enslaved, device(6, "eth2")}),
                ElementsAre("eth1 is gone (index 4)", "eth0 is now called br-x",
                            "br-x now has a default route", "eth3 is now a port of br-1",
                            "eth2 is new (index 6)"));
    EXPECT_THAT(interface_changes({enslaved}, {device(5, "eth3")}),
                ElementsAre("eth3 left its master"));
    EXPECT_THAT(interface_changes({device(2, "eth0")}, {device(2, "eth0")}), IsEmpty());
}

TEST(InterfaceChanges, TellADeviceThatTookTheNameOfAnother) {
    EXPECT_THAT(interface_changes({device(2, "eth0")}, {device(7, "eth0")}),
                ElementsAre("eth0 is gone (index 2)", "eth0 is new (index 7)"));
}

}  // namespace
}  // namespace portcullis::firewall
