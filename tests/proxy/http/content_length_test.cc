#include "proxy/http/content_length.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(ContentLength, IsANumberInDigits) {
    EXPECT_EQ(content_length("0"), 0U);
    EXPECT_EQ(content_length("42"), 42U);
    EXPECT_EQ(content_length("0000000000000000042"), 42U);
    EXPECT_EQ(content_length("9223372036854775807"), 9'223'372'036'854'775'807U);
}

TEST(ContentLength, IsNothingElse) {
    for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1,1", "1.0", "1e3",
                             "9223372036854775808", "00000000000000000042"}) {
        EXPECT_EQ(content_length(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace portcullis::http
