#include "firewall/program/field.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::firewall {
namespace {

TEST(Bytes, CompareAsTheNumbersTheyAre) {
    EXPECT_LT((Bytes{255, 2}), (Bytes{256, 2}));
    EXPECT_LT((Bytes{0x0a000001, 4}), (Bytes{0xc0a80000, 4}));
    EXPECT_EQ((Bytes{0x01bb, 2}).number(), 443U);
    EXPECT_NE((Bytes{1, 1}), (Bytes{1, 2}));
}

TEST(Bytes, APrefixMaskHasItsFirstBitsSet) {
    EXPECT_EQ(Bytes::prefix_mask(0, 4), (Bytes{0, 4}));
    EXPECT_EQ(Bytes::prefix_mask(10, 4), (Bytes{0xffc00000, 4}));
    EXPECT_EQ(Bytes::prefix_mask(32, 4), (Bytes{0xffffffff, 4}));
}

TEST(Bytes, ANameIsPaddedAndNeverFillsItsLastByte) {
    const Bytes name = Bytes::name("abcdefghijklmnopqrst");
    EXPECT_EQ(name.size(), kNameBytes);
    EXPECT_EQ(name[14], 'o');
    EXPECT_EQ(name[15], 0);
    EXPECT_EQ(Bytes::name("lo")[2], 0);
}

TEST(Field, EachHasASpellingOfItsOwn) {
    std::set<std::string_view> spellings;
    for (std::size_t i = 0; i < kFields; ++i) {
        const FieldFacts& facts = facts_of(static_cast<Field>(i));
        EXPECT_TRUE(spellings.insert(facts.nft).second) << facts.nft;
        EXPECT_GT(facts.width, 0U) << facts.nft;
        EXPECT_LE(facts.width, Bytes::kSizeMax) << facts.nft;
    }
}

TEST(Field, TheTableStandsInTheOrderOfTheFields) {
    EXPECT_EQ(facts_of(Field::iif).nft, "iif");
    EXPECT_EQ(facts_of(Field::ip6_hoplimit).nft, "ip6 hoplimit");
    EXPECT_EQ(facts_of(Field::icmpv6_type).nft, "icmpv6 type");
    EXPECT_EQ(facts_of(Field::fib_saddr_iif_oif).nft, "fib saddr . iif oif");
}

}  // namespace
}  // namespace portcullis::firewall
