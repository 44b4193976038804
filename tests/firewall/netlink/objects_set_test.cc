#include "firewall/netlink/objects.h"
#include "tests/firewall/netlink/sample.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

std::optional<InstalledSet> there_and_back(const Set& set) {
    const Datagram sent = test::message_with(
        NFT_MSG_NEWSET, [&](nlmsghdr& message) { put_set(message, "portcullis", set, 1); });
    return take_set(test::only_message(sent));
}

TEST(Sets, GoThroughMessagesWithoutTheirElements) {
    for (Set set : test::sample_table().sets) {
        const std::optional<InstalledSet> installed = there_and_back(set);
        ASSERT_TRUE(installed) << set.name;
        set.elements.clear();
        EXPECT_EQ(installed->set, set) << set.name;
        EXPECT_EQ(installed->table, "portcullis");
        EXPECT_TRUE(installed->known);
        EXPECT_FALSE(installed->literal);
    }
}

TEST(Sets, OfEveryFieldCanBeALiteral) {
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto field = static_cast<Field>(i);
        const Literal literal{"__set0", field, test::values(field, {0, 1})};
        const Datagram sent = test::message_with(
            NFT_MSG_NEWSET, [&](nlmsghdr& message) { put_literal(message, "t", literal, 1); });
        const std::optional<InstalledSet> installed = take_set(test::only_message(sent));
        ASSERT_TRUE(installed) << facts_of(field).nft;
        EXPECT_TRUE(installed->literal && installed->known) << facts_of(field).nft;
        EXPECT_FALSE(installed->set.interval);
        EXPECT_EQ(installed->key_bytes, facts_of(field).width);
    }
}

TEST(Sets, WithRangesAreLiteralsOfIntervals) {
    const Literal literal{"__set0", Field::tcp_dport, test::range(Field::tcp_dport, 1, 9)};
    const Datagram sent = test::message_with(
        NFT_MSG_NEWSET, [&](nlmsghdr& message) { put_literal(message, "t", literal, 1); });
    EXPECT_TRUE(take_set(test::only_message(sent))->set.interval);
}

TEST(Sets, OfAnotherKindAreNotKnown) {
    const NftSet map{nftnl_set_alloc()};
    nftnl_set_set_str(map.get(), NFTNL_SET_TABLE, "t");
    nftnl_set_set_str(map.get(), NFTNL_SET_NAME, "m");
    nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_TYPE, 7);
    nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_LEN, 4);
    nftnl_set_set_u32(map.get(), NFTNL_SET_FLAGS, NFT_SET_MAP);
    const auto sent = [&] {
        return test::message_with(NFT_MSG_NEWSET, [&](nlmsghdr& message) {
            nftnl_set_nlmsg_build_payload(&message, map.get());
        });
    };
    EXPECT_FALSE(take_set(test::only_message(sent()))->known) << "a map";
    nftnl_set_set_u32(map.get(), NFTNL_SET_FLAGS, 0);
    EXPECT_TRUE(take_set(test::only_message(sent()))->known);
    nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_TYPE, 99);
    EXPECT_FALSE(take_set(test::only_message(sent()))->known) << "a type of key that is not ours";
    nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_TYPE, 7);
    nftnl_set_set_u32(map.get(), NFTNL_SET_KEY_LEN, 64);
    EXPECT_FALSE(take_set(test::only_message(sent()))->known) << "a key of another width";
}

}  // namespace
}  // namespace portcullis::firewall
