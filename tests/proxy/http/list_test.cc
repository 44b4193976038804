#include "proxy/http/list.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(TakeToken, WalksTheListAndSkipsWhatIsEmpty) {
    std::string_view list = " , a ,\tb,,c d, ";
    EXPECT_EQ(take_token(list), "a");
    EXPECT_EQ(take_token(list), "b");
    EXPECT_EQ(take_token(list), "c d");
    EXPECT_EQ(take_token(list), "");
    EXPECT_EQ(take_token(list), "");
}

TEST(HasToken, LooksThroughAllFieldsOfTheNameWithoutRegardToCase) {
    const std::vector<Field> fields = {
        {"connection", "keep-alive"}, {"X", "close"}, {"Connection", "a, UPGRADE"}};
    EXPECT_TRUE(has_token(fields, "Connection", "upgrade"));
    EXPECT_TRUE(has_token(fields, "Connection", "Keep-Alive"));
    EXPECT_FALSE(has_token(fields, "Connection", "close"));
    EXPECT_FALSE(has_token(fields, "Connection", "upgrad"));
    EXPECT_FALSE(has_token(fields, "Upgrade", "upgrade"));
}

TEST(ListsOther, IsAnythingButTheToken) {
    const auto other = [](const std::vector<Field>& fields) {
        return lists_other(fields, "Expect", "100-continue");
    };
    EXPECT_FALSE(other({}));
    EXPECT_FALSE(other({{"expect", "100-Continue"}, {"X", "y"}, {"Expect", ""}}));
    EXPECT_TRUE(other({{"Expect", "100-continue, y"}}));
    EXPECT_TRUE(other({{"Expect", "100-continue"}, {"expect", "100-continue;q=1"}}));
    EXPECT_TRUE(other({{"Expect", "y 100-continue"}}));
}

}  // namespace
}  // namespace portcullis::http
