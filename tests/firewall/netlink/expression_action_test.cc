#include "firewall/netlink/expression.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

TEST(Actions, GoThroughMessagesUnchanged) {
    const std::vector<Expression> all{LogGroup{5, 96, "portcullis-drop "},
                                      LogGroup{65'535, 0, ""},
                                      LogGroup{0, 1, std::string(127, 'p')},
                                      Untrack{},
                                      AnswerSyn{1460, 14, 15},
                                      Decide{NF_ACCEPT, {}},
                                      Decide{NF_DROP, {}},
                                      Decide{NFT_RETURN, {}},
                                      Decide{NFT_JUMP, "outside"},
                                      Decide{NFT_GOTO, std::string(255, 'c')}};
    EXPECT_EQ(test::through(all), all);
}

TEST(Actions, AreShownAsNftShowsThem) {
    EXPECT_EQ(text_of(Decide{NFT_JUMP, "outside"}), "immediate reg 0 jump -> outside");
    EXPECT_EQ(text_of(Untrack{}), "notrack");
    EXPECT_EQ(text_of(AnswerSyn{1460, 10, 3}), "synproxy mss 1460 wscale 10");
}

}  // namespace
}  // namespace portcullis::firewall
