#include "proxy/http/cookie.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

std::string_view found(std::vector<Field> fields, std::string_view name) {
    RequestHead head;
    head.fields = std::move(fields);
    return cookie(head, name);
}

TEST(Cookie, IsFoundWhereverItStands) {
    EXPECT_EQ(found({{"Cookie", "a=1"}}, "a"), "1");
    EXPECT_EQ(found({{"cookie", "a=1; b=2;c=3"}}, "b"), "2");
    EXPECT_EQ(found({{"cookie", "a=1; b=2;c=3"}}, "c"), "3");
    EXPECT_EQ(found({{"Cookie", "a=1"}, {"Host", "b=9"}, {"Cookie", "b=2"}}, "b"), "2");
    EXPECT_EQ(found({{"Cookie", "a=1; a=2"}}, "a"), "1");
    EXPECT_EQ(found({{"Cookie", "a=\"1 2\""}}, "a"), "1 2");
    EXPECT_EQ(found({{"Cookie", "a=b=c"}}, "a"), "b=c");
}

TEST(Cookie, IsEmptyWhereThereIsNone) {
    for (const char* value : {"", ";", "=", "A=1", "aa=1", "xa=1", "a", "a=", "; ;b=a=1"}) {
        EXPECT_EQ(found({{"Cookie", value}}, "a"), "") << value;
    }
    EXPECT_EQ(found({}, "a"), "");
}

}  // namespace
}  // namespace portcullis::http
