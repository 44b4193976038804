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

std::string left(const std::vector<const char*>& cookies, std::string_view name) {
    FieldList fields;
    fields.add("Host", "x=1");
    for (const char* one : cookies) {
        fields.add("cookie", one);
    }
    remove_cookie(fields, name);
    std::string all;
    for (const Field& field : fields.all().subspan(1)) {
        all.append("[").append(field.value).append("]");
    }
    return all;
}

TEST(RemoveCookie, LeavesTheOthersAndNoEmptyField) {
    EXPECT_EQ(left({"x=1"}, "x"), "");
    EXPECT_EQ(left({"x=1; x=2;x"}, "x"), "[x]");
    EXPECT_EQ(left({"a=1; x=2; b=\"3 4\""}, "x"), "[a=1; b=\"3 4\"]");
    EXPECT_EQ(left({"x=2;a=1"}, "x"), "[a=1]");
    EXPECT_EQ(left({"a=1", "x=2", "b=3"}, "x"), "[a=1][b=3]") << "HTTP/2 sends them apart";
    EXPECT_EQ(left({"a=1;  b=2;;", "X=1"}, "x"), "[a=1;  b=2;;][X=1]") << "as they were sent";
}

}  // namespace
}  // namespace portcullis::http
