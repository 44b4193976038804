#include "tests/support/net_namespace.h"

#include "tests/support/raw_client.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <net/if.h>

namespace portcullis::test {
namespace {

// scenario_main.cc has entered a network of this process's own: what is made here is below it.
TEST(NetNamespace, HasPortsAndInterfacesOfItsOwn) {
    const NetNamespace other;
    other.must({"ip", "link", "add", "uplink0", "type", "bridge"});
    EXPECT_EQ(::if_nametoindex("uplink0"), 0U);
    const Inside inside{other};
    EXPECT_NE(::if_nametoindex("uplink0"), 0U);
    const RawOrigin origin{always(answer("mine")), 443};
    EXPECT_TRUE(RawClient::plain(443).connected());
}

TEST(NetNamespace, IsLeftAtTheEndOfTheScope) {
    const NetNamespace other;
    {
        const Inside inside{other};
        const RawOrigin origin{always(answer("theirs")), 443};
    }
    const RawOrigin origin{always(answer("mine")), 443};
    EXPECT_TRUE(RawClient::plain(443).connected());
}

TEST(NetNamespace, KeepsSysctlsApart) {
    const NetNamespace other;
    other.set("net/ipv4/ip_forward", "1");
    EXPECT_EQ(other.must({"cat", "/proc/sys/net/ipv4/ip_forward"}), "1\n");
    EXPECT_EQ(run({.argv = {"cat", "/proc/sys/net/ipv4/ip_forward"}}).out, "0\n");
    EXPECT_THROW(other.set("net/ipv4/no_such_thing", "1"), std::runtime_error);
}

TEST(NetNamespace, SaysWhatFailedAndWhy) {
    const NetNamespace other;
    EXPECT_EQ(other.run({"sh", "-c", "cat; exit 3"}, "words").exit_code, 3);
    EXPECT_THROW(other.must({"ip", "link", "set", "nothing0", "up"}), std::runtime_error);
}

TEST(NetNamespace, OfAFileIsTheOneThatIsThere) {
    const NetNamespace other;
    other.must({"ip", "link", "add", "uplink0", "type", "bridge"});
    EXPECT_NE(NetNamespace::at(other.path()).must({"ip", "link", "show", "uplink0"}), "");
    EXPECT_THROW(NetNamespace::at("/nowhere"), std::runtime_error);
}

TEST(NetNamespace, IsGoneWhenNobodyHoldsIt) {
    const NetNamespace witness;
    {
        const NetNamespace other;
        witness.must({"ip", "link", "add", "end0", "type", "veth", "peer", "name", "end1", "netns",
                      other.path()});
    }
    // The kernel removes it in the background, and the veth pair with it.
    EXPECT_TRUE(eventually([&] {
        return witness.run({"ip", "link", "show", "end0"}).exit_code != 0;
    }));
}

}  // namespace
}  // namespace portcullis::test
