#include "firewall/netlink/objects.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

std::optional<InstalledChain> there_and_back(const Chain& chain, Family family) {
    const Datagram sent = test::message_with(
        NFT_MSG_NEWCHAIN, [&](nlmsghdr& message) { put_chain(message, family, "t", chain); },
        family);
    return take_chain(test::only_message(sent));
}

TEST(Chains, GoThroughMessages) {
    const std::vector<std::pair<Family, Chain>> chains{
        {Family::inet, {"outside", std::nullopt, {}}},
        {Family::inet, {"gate", Base{Hook::prerouting, -150, Policy::drop, {}}, {}}},
        {Family::inet, {"in", Base{Hook::input, 300, Policy::accept, {}}, {}}},
        {Family::inet, {"forward", Base{Hook::forward, 0, Policy::accept, {}}, {}}},
        {Family::inet, {"out", Base{Hook::output, -300, Policy::accept, {}}, {}}},
        {Family::netdev, {"l2", Base{Hook::ingress, -500, Policy::accept, {"eth0", "eth1"}}, {}}},
        {Family::netdev, {"l2", Base{Hook::ingress, -500, Policy::accept, {"eth0"}}, {}}}};
    for (const auto& [family, chain] : chains) {
        const std::optional<InstalledChain> installed = there_and_back(chain, family);
        ASSERT_TRUE(installed) << chain.name;
        EXPECT_EQ(installed->chain, chain) << chain.name;
        EXPECT_EQ(installed->table, "t");
        EXPECT_TRUE(installed->known);
    }
}

TEST(Chains, OfAnotherTypeOrHookAreNotKnown) {
    const NftChain nat{nftnl_chain_alloc()};
    nftnl_chain_set_str(nat.get(), NFTNL_CHAIN_TABLE, "t");
    nftnl_chain_set_str(nat.get(), NFTNL_CHAIN_NAME, "c");
    nftnl_chain_set_str(nat.get(), NFTNL_CHAIN_TYPE, "nat");
    nftnl_chain_set_u32(nat.get(), NFTNL_CHAIN_HOOKNUM, 0);
    nftnl_chain_set_s32(nat.get(), NFTNL_CHAIN_PRIO, -100);
    const auto known = [&] {
        const Datagram sent = test::message_with(NFT_MSG_NEWCHAIN, [&](nlmsghdr& message) {
            nftnl_chain_nlmsg_build_payload(&message, nat.get());
        });
        return take_chain(test::only_message(sent))->known;
    };
    EXPECT_FALSE(known()) << "a chain of type nat";
    nftnl_chain_set_str(nat.get(), NFTNL_CHAIN_TYPE, "filter");
    EXPECT_TRUE(known());
    nftnl_chain_set_u32(nat.get(), NFTNL_CHAIN_HOOKNUM, 4);
    EXPECT_FALSE(known()) << "postrouting";
}

}  // namespace
}  // namespace portcullis::firewall
