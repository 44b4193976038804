// What others may have put into a rule, and we did not.
#include "firewall/netlink/expression.h"

#include "firewall/netlink/expression_code.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

bool is_unknown(const NftExpr& expression) {
    return std::holds_alternative<Unknown>(decode(*expression));
}

TEST(Decode, KeepsTheTextOfWhatItDoesNotKnow) {
    const NftExpr queue = make("queue");
    nftnl_expr_set_u16(queue.get(), NFTNL_EXPR_QUEUE_NUM, 3);
    nftnl_expr_set_u16(queue.get(), NFTNL_EXPR_QUEUE_TOTAL, 1);
    EXPECT_EQ(decode(*queue), Expression{Unknown{"queue num 3"}});
}

TEST(Decode, DeclinesAKnownExpressionWithoutItsAttributes) {
    for (const char* name :
         {"payload", "meta", "ct", "fib", "exthdr", "hash", "cmp", "range", "bitwise", "lookup",
          "limit", "dynset", "objref", "log", "synproxy", "immediate", "connlimit", "counter"}) {
        EXPECT_TRUE(is_unknown(make(name))) << name;
    }
}

TEST(Decode, DeclinesWhatItsValueCannotSay) {
    const NftExpr wide = make("cmp");
    nftnl_expr_set_u32(wide.get(), NFTNL_EXPR_CMP_SREG, 1);
    nftnl_expr_set_u32(wide.get(), NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
    const std::vector<std::uint8_t> data(20);
    nftnl_expr_set(wide.get(), NFTNL_EXPR_CMP_DATA, data.data(), 20);
    EXPECT_TRUE(is_unknown(wide)) << "more bytes than a register has";

    NftExpr map = encode(Lookup{"m", false, kRegister1});
    nftnl_expr_set_u32(map.get(), NFTNL_EXPR_LOOKUP_DREG, 1);
    EXPECT_TRUE(is_unknown(map)) << "a lookup that gives something back";

    NftExpr quota = encode(CountNamed{"q"});
    nftnl_expr_set_u32(quota.get(), NFTNL_EXPR_OBJREF_IMM_TYPE, NFT_OBJECT_QUOTA);
    EXPECT_TRUE(is_unknown(quota)) << "a reference to something else than a counter";

    NftExpr bytes = encode(Bucket{1, 1, 1, false});
    nftnl_expr_set_u32(bytes.get(), NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKT_BYTES);
    EXPECT_TRUE(is_unknown(bytes)) << "a limit of bytes";

    NftExpr timeout = encode(Dynamic{Dynamic::Op::add, "s", CountConnections{1, true}, kRegister1});
    nftnl_expr_set_u64(timeout.get(), NFTNL_EXPR_DYNSET_TIMEOUT, 5);
    EXPECT_TRUE(is_unknown(timeout)) << "elements with a timeout of the rule's own";

    NftExpr shift = encode(Bitwise{Bytes{1, 4}, Bytes{0, 4}, kRegister1});
    nftnl_expr_set_u32(shift.get(), NFTNL_EXPR_BITWISE_DREG, 2);
    EXPECT_TRUE(is_unknown(shift)) << "from one register to another";
}

TEST(Encode, HasNothingForTheUnknown) {
    EXPECT_EQ(encode(Unknown{"queue num 3"}), nullptr);
}

}  // namespace
}  // namespace portcullis::firewall
