#include "firewall/netlink/expression.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

TEST(Loads, GoThroughMessagesUnchanged) {
    const std::vector<Expression> loads{
        LoadPayload{LoadPayload::Base::transport, 2, 2, kRegister1},
        LoadPayload{LoadPayload::Base::network, 8, 16, kRegister2},
        LoadPayload{LoadPayload::Base::link, 0, 6, kRegister1},
        LoadMeta{NFT_META_IIFNAME, kRegister1},
        LoadConntrack{NFT_CT_STATE, std::nullopt, kRegister1},
        LoadConntrack{NFT_CT_PROTO_DST, 1, kRegister2},
        LoadFib{NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_DADDR, kRegister1},
        LoadExtension{NFT_EXTHDR_OP_IPV6, 43, 2, 1, false, kRegister1},
        LoadExtension{NFT_EXTHDR_OP_IPV4, 131, 0, 1, true, kRegister1},
        Hash{kRegister2, 16, 0xffff'ffff, 65'536, kRegister1}};
    EXPECT_EQ(test::through(loads), loads);
}

TEST(Loads, AreShownAsNftShowsThem) {
    EXPECT_EQ(text_of(LoadPayload{LoadPayload::Base::transport, 2, 2, kRegister1}),
              "payload load 2b @ transport header + 2 => reg 1");
    EXPECT_EQ(text_of(LoadConntrack{NFT_CT_PROTO_DST, 0, kRegister1}),
              "ct load proto_dst => reg 1 , dir original");
    EXPECT_EQ(text_of(LoadFib{NFT_FIB_RESULT_OIF, 41, kRegister1}),
              "fib saddr . iif oif present => reg 1");
    EXPECT_EQ(text_of(Hash{kRegister2, 4, 7, 65'536, kRegister1}),
              "hash reg 1 = jhash(reg 2, 4, 0x7) % mod 65536");
}

}  // namespace
}  // namespace portcullis::firewall
