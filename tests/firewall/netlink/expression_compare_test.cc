#include "firewall/netlink/expression.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(Comparisons, GoThroughMessagesUnchangedAtEveryWidth) {
    std::vector<Expression> all;
    for (std::size_t width = 1; width <= Bytes::kSizeMax; ++width) {
        const Bytes data = Bytes::prefix_mask(width * 8 - 1, width);
        for (const auto op : {Comparison::eq, Comparison::neq, Comparison::lt, Comparison::lte,
                              Comparison::gt, Comparison::gte}) {
            all.emplace_back(Compare{op, data, kRegister1});
        }
        all.emplace_back(Range{width % 2 == 0, Bytes{0, width}, data, kRegister2});
        all.emplace_back(Bitwise{data, Bytes{1, width}, kRegister1});
    }
    EXPECT_EQ(test::through(all), all);
}

TEST(Lookups, GoThroughMessagesUnchanged) {
    const std::vector<Expression> all{Lookup{"ban4", false, kRegister1},
                                      Lookup{std::string(255, 'x'), true, kRegister2}};
    EXPECT_EQ(test::through(all), all);
}

TEST(Comparisons, AreShownAsNftShowsThem) {
    EXPECT_EQ(text_of(Compare{Comparison::eq, Bytes{443, 2}, kRegister1}),
              "cmp eq reg 1 0x0000bb01");
    EXPECT_EQ(text_of(Bitwise{Bytes{0x17, 1}, Bytes{0, 1}, kRegister1}),
              "bitwise reg 1 = ( reg 1 & 0x00000017 ) ^ 0x00000000");
    EXPECT_EQ(text_of(Lookup{"ban4", true, kRegister1}), "lookup reg 1 set ban4 0x1");
    EXPECT_EQ(text_of(Range{true, Bytes{10, 2}, Bytes{20, 2}, kRegister1}),
              "range neq reg 1 0x00000a00 0x00001400");
}

}  // namespace
}  // namespace portcullis::firewall
