#include "proxy/access/address.h"

#include <gtest/gtest.h>

namespace portcullis::access {
namespace {

std::vector<Cidr> prefixes(std::initializer_list<const char*> texts) {
    std::vector<Cidr> list;
    for (const char* text : texts) {
        list.push_back(Cidr::parse(text).value());
    }
    return list;
}

std::string client(const char* peer, std::initializer_list<const char*> forwarded_for) {
    http::RequestHead head;
    head.fields.push_back({"Host", "a.example"});
    for (const char* value : forwarded_for) {
        head.fields.push_back({"x-forwarded-for", value});
    }
    const auto address =
        client_address(head, IpAddress::parse(peer).value(), prefixes({"10.0.0.0/8", "fd00::/8"}));
    return address ? address->text() : "unknown";
}

TEST(ClientAddress, IsThePeersOwnUnlessThatIsAProxyOfOurs) {
    EXPECT_EQ(client("203.0.113.1", {}), "203.0.113.1");
    EXPECT_EQ(client("203.0.113.1", {"10.0.0.9"}), "203.0.113.1");
}

TEST(ClientAddress, IsTheLastThatIsNoProxyOfOurs) {
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"192.0.2.1, 203.0.113.7"}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"192.0.2.1, 203.0.113.7, 10.1.1.1 ,fd00::5"}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"192.0.2.1", "203.0.113.7", "10.1.1.1"}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.7:4711"}), "203.0.113.7");
    EXPECT_EQ(client("fd00::1", {"[2001:db8::9]:1"}), "2001:db8::9");
    EXPECT_EQ(client("fd00::1", {"[2001:db8::9]"}), "2001:db8::9");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.7,,"}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"\"203.0.113.7\""}), "203.0.113.7");
    EXPECT_EQ(client("10.0.0.1", {"\"203.0.113.7:4711\", \"10.1.1.1\""}), "203.0.113.7");
    EXPECT_EQ(client("fd00::1", {"\"[2001:db8::9]:1\""}), "2001:db8::9");
}

TEST(ClientAddress, IsUnknownWhenAProxyOfOursLeavesItOpen) {
    EXPECT_EQ(client("10.0.0.1", {}), "unknown");
    EXPECT_EQ(client("10.0.0.1", {"10.0.0.2"}), "unknown");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.7, unknown"}), "unknown") << "not what is before it";
    EXPECT_EQ(client("10.0.0.1", {""}), "unknown");
    for (const char* broken : {"\"", "\"\"", "\"203.0.113.7", "203.0.113.7\"",
                               "\"\"203.0.113.7\"\"", "\"203.0.113.8,203.0.113.7\""}) {
        EXPECT_EQ(client("10.0.0.1", {broken}), "unknown") << broken;
    }
}

TEST(Admits, DenyWinsAndTheUnknownIsAdmittedOnlyWithEveryone) {
    RouteConfig route;
    const auto at = [](const char* text) { return IpAddress::parse(text).value(); };
    EXPECT_TRUE(admits(route, at("203.0.113.1")));
    EXPECT_TRUE(admits(route, at("2001:db8::1")));
    EXPECT_TRUE(admits(route, std::nullopt));
    route.deny = prefixes({"203.0.113.0/24"});
    EXPECT_FALSE(admits(route, at("203.0.113.1")));
    EXPECT_TRUE(admits(route, at("203.0.114.1")));
    EXPECT_FALSE(admits(route, std::nullopt));
    route.allow = prefixes({"203.0.0.0/16", "2001:db8::/32"});
    EXPECT_FALSE(admits(route, at("203.0.113.1"))) << "deny wins";
    EXPECT_TRUE(admits(route, at("203.0.114.1")));
    EXPECT_TRUE(admits(route, at("2001:db8::1")));
    EXPECT_FALSE(admits(route, at("198.51.100.1")));
    route.deny.clear();
    EXPECT_FALSE(admits(route, std::nullopt));
    route.allow.clear();
    EXPECT_FALSE(admits(route, at("203.0.113.1"))) << "an empty list is nobody";
}

}  // namespace
}  // namespace portcullis::access
