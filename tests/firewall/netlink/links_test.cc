#include "firewall/netlink/links.h"

#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <poll.h>

namespace portcullis::firewall {
namespace {

void ip(const std::string& words) {
    std::vector<std::string> argv{"ip"};
    for (std::size_t start = 0; start < words.size();) {
        const std::size_t space = std::min(words.find(' ', start), words.size());
        argv.push_back(words.substr(start, space - start));
        start = space + 1;
    }
    const auto ended = portcullis::test::run({.argv = argv});
    ASSERT_EQ(ended.exit_code, 0) << words << ": " << ended.err;
}

class LinksOfANetwork : public testing::Test {
  protected:
    bool changed() {
        const Answer<bool> answer = links_.changed();
        EXPECT_TRUE(answer) << answer.error().text;
        return answer && *answer;
    }

    Interface named(std::string_view name) {
        const Answer<std::vector<Interface>> all = links_.list();
        EXPECT_TRUE(all) << all.error().text;
        const auto found = std::find_if(all->begin(), all->end(),
                                        [&](const Interface& one) { return one.name == name; });
        return found == all->end() ? Interface{} : *found;
    }

    Links links_ = Links::open().value();
};

TEST_F(LinksOfANetwork, AreListedWithKindMasterAndRoutes) {
    ip("link add br-x type bridge");
    ip("link add eth0 type veth peer name peer0");
    ip("link add eth1 type veth peer name peer1");
    ip("link set peer1 master br-x");
    ip("addr add 192.0.2.2/24 dev eth0");
    ip("addr add 2001:db8::2/64 dev eth1 nodad");
    ip("link set eth0 up");
    ip("link set eth1 up");
    EXPECT_FALSE(named("eth0").default_route);
    ip("route add default via 192.0.2.1");
    ip("-6 route add default via 2001:db8::1");
    const Interface lo = named("lo");
    EXPECT_EQ(lo.index, 1U);
    EXPECT_TRUE(lo.loopback);
    EXPECT_EQ(lo.kind, "");
    EXPECT_FALSE(lo.default_route);
    EXPECT_EQ(named("br-x").kind, "bridge");
    EXPECT_EQ(named("eth0").kind, "veth");
    EXPECT_TRUE(named("eth0").default_route);
    EXPECT_TRUE(named("eth1").default_route) << "by IPv6";
    EXPECT_EQ(named("peer1").master, named("br-x").index);
    EXPECT_EQ(named("eth0").master, 0U);
}

TEST_F(LinksOfANetwork, WithSeveralNextHopsAllHaveADefaultRoute) {
    for (const std::string n : {"0", "1"}) {
        ip("link add eth" + n + " type veth peer name peer" + n);
        ip("link set peer" + n + " up");
        ip("link set eth" + n + " up");
        ip("addr add 192.0." + n + ".2/24 dev eth" + n);
    }
    ip("route add default nexthop via 192.0.0.1 nexthop via 192.0.1.1");
    EXPECT_TRUE(named("eth0").default_route);
    EXPECT_TRUE(named("eth1").default_route);
}

TEST_F(LinksOfANetwork, TellWhenTheyChange) {
    EXPECT_FALSE(changed());
    ip("link add eth0 type veth peer name peer0");
    pollfd waiting{links_.fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&waiting, 1, 0), 1);
    EXPECT_TRUE(changed()) << "it came";
    EXPECT_FALSE(changed()) << "told once";
    ip("link set eth0 name uplink");
    EXPECT_TRUE(changed()) << "it has another name";
    ip("addr add 192.0.2.2/24 dev uplink");
    ip("link set uplink up");
    ip("link set peer0 up");
    changed();
    ip("route add 198.51.100.0/24 via 192.0.2.1");
    EXPECT_FALSE(changed()) << "a route that is not a default one";
    ip("route add default via 192.0.2.1");
    EXPECT_TRUE(changed()) << "a default route came";
    ip("route del default");
    EXPECT_TRUE(changed()) << "it went";
    ip("link add br-x type bridge");
    changed();
    ip("link set uplink master br-x");
    EXPECT_TRUE(changed()) << "it has a master";
    ip("link del uplink");
    EXPECT_TRUE(changed()) << "it went";
}

}  // namespace
}  // namespace portcullis::firewall
