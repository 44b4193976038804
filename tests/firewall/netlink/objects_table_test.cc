#include "firewall/netlink/objects.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

TEST(Tables, GoThroughMessagesWithTheirFlags) {
    for (const auto ownership : {Ownership::none, Ownership::owner, Ownership::persistent}) {
        const Datagram sent = test::message_with(NFT_MSG_NEWTABLE, [&](nlmsghdr& message) {
            put_table(message, "portcullis", flags_of(ownership));
        });
        const std::optional<InstalledTable> table = take_table(test::only_message(sent));
        ASSERT_TRUE(table);
        EXPECT_EQ(table->name, "portcullis");
        EXPECT_EQ(table->family, Family::inet);
        EXPECT_EQ(table->owned, ownership != Ownership::none);
        EXPECT_EQ(table->persistent, ownership == Ownership::persistent);
        EXPECT_EQ(table->owner, 0U) << "only the kernel knows";
        EXPECT_FALSE(table->dormant);
    }
}

TEST(Tables, OfTheOtherFamilyAreTold) {
    const Datagram sent = test::message_with(
        NFT_MSG_NEWTABLE, [](nlmsghdr& message) { put_table(message, "l2", 1); }, Family::netdev);
    const std::optional<InstalledTable> table = take_table(test::only_message(sent));
    ASSERT_TRUE(table);
    EXPECT_EQ(table->family, Family::netdev);
    EXPECT_TRUE(table->dormant);
}

TEST(Counters, GoThroughMessages) {
    const Datagram sent = test::message_with(
        NFT_MSG_NEWOBJ, [](nlmsghdr& message) { put_counter(message, "portcullis", "d_port"); });
    const std::optional<NamedCounter> counter = take_counter(test::only_message(sent));
    ASSERT_TRUE(counter);
    EXPECT_EQ(counter->table, "portcullis");
    EXPECT_EQ(counter->name, "d_port");
    EXPECT_TRUE(counter->is_counter);
    EXPECT_EQ(counter->counted, Counted{});
}

}  // namespace
}  // namespace portcullis::firewall
