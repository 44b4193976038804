#include "firewall/netlink/expression.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <limits>

namespace portcullis::firewall {
namespace {

TEST(States, GoThroughMessagesUnchanged) {
    const std::vector<Expression> all{
        Bucket{5, 1, 20, false},
        Bucket{std::numeric_limits<std::uint64_t>::max(), 3600,
               std::numeric_limits<std::uint32_t>::max(), true},
        Dynamic{Dynamic::Op::update, "r1", Bucket{50, 1, 100, true}, kRegister1},
        Dynamic{Dynamic::Op::add, std::string(255, 's'), CountConnections{400, true}, kRegister2},
        CountNamed{"d_port"},
        CountNamed{std::string(255, 'c')}};
    EXPECT_EQ(test::through(all), all);
}

TEST(States, AreShownAsNftShowsThem) {
    EXPECT_EQ(text_of(Bucket{5, 1, 20, true}),
              "limit rate 5/second burst 20 type packets flags 0x1");
    EXPECT_EQ(text_of(CountNamed{"d_port"}), "objref type 1 name d_port");
}

}  // namespace
}  // namespace portcullis::firewall
