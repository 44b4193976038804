#include "proxy/http/fields.h"

#include <gtest/gtest.h>

#include <limits>

namespace portcullis::http {
namespace {

TEST(FieldList, KeepsTheTextsOfItsOwnWhereTheyAre) {
    FieldList list;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        std::string& text = list.text();
        text = "value " + std::to_string(i);
        list.add("Text", text);
        list.add("Number", i);
    }
    ASSERT_EQ(list.all().size(), 2000U);
    EXPECT_EQ(list.all()[0].value, "value 0");
    EXPECT_EQ(list.all()[1998].value, "value 999");
    EXPECT_EQ(list.all()[1999].value, "999");
}

TEST(FieldList, WritesNumbersOfAnySize) {
    FieldList list;
    list.add("N", std::uint64_t{0});
    list.add("N", std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(list.all()[0].value, "0");
    EXPECT_EQ(list.all()[1].value, "18446744073709551615");
}

TEST(FieldList, IsEmptyAfterClearAndLendsItsTextsAnew) {
    FieldList list;
    std::string& first = list.text();
    first.assign(100'000, 'x');
    list.add("A", first);
    list.clear();
    EXPECT_TRUE(list.all().empty());
    EXPECT_EQ(&list.text(), &first);
    EXPECT_EQ(first, "");
    EXPECT_LT(first.capacity(), 10'000U) << "not kept at that size for ever";
}

}  // namespace
}  // namespace portcullis::http
