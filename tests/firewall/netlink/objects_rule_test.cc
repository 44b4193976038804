#include "firewall/netlink/objects.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

TEST(Rules, GoThroughMessagesWithTheirComment) {
    for (const std::string& comment : {std::string{}, std::string{"DHCP"}, std::string(127, 'c')}) {
        const Datagram sent = test::message_with(NFT_MSG_NEWRULE, [&](nlmsghdr& message) {
            put_rule(message, Family::inet, "t", "c", {Untrack{}, CountNamed{"n"}}, comment);
        });
        const std::optional<InstalledRule> rule = take_rule(test::only_message(sent));
        ASSERT_TRUE(rule);
        EXPECT_EQ(rule->table, "t");
        EXPECT_EQ(rule->chain, "c");
        EXPECT_EQ(rule->comment, comment);
        EXPECT_EQ(rule->expressions, (std::vector<Expression>{Untrack{}, CountNamed{"n"}}));
    }
}

TEST(Rules, MayBeEmpty) {
    EXPECT_EQ(test::through({}), std::vector<Expression>{});
}

TEST(Rules, AreDeclinedWhenTheirBytesAreCut) {
    const Datagram whole = test::message_with(NFT_MSG_NEWRULE, [](nlmsghdr& message) {
        put_rule(message, Family::inet, "t", "c", {Lookup{"s", false, kRegister1}, Untrack{}}, "x");
    });
    // Every truncation, with the length that says so, in a buffer of exactly this size.
    for (std::size_t size = NLMSG_HDRLEN + 4; size < whole.size(); size += 4) {
        Datagram cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        reinterpret_cast<nlmsghdr*>(cut.data())->nlmsg_len = static_cast<std::uint32_t>(size);
        const std::optional<InstalledRule> rule = take_rule(test::only_message(cut));
        EXPECT_FALSE(rule && rule->expressions.size() == 2 && rule->comment == "x") << size;
    }
}

}  // namespace
}  // namespace portcullis::firewall
