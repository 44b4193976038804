#include "proxy/http/status.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(Reason, IsTheRegisteredPhrase) {
    EXPECT_EQ(reason(200), "OK");
    EXPECT_EQ(reason(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason(505), "HTTP Version Not Supported");
}

TEST(Reason, OfAnUnknownCodeIsItsClass) {
    EXPECT_EQ(reason(199), "Informational");
    EXPECT_EQ(reason(299), "Success");
    EXPECT_EQ(reason(399), "Redirection");
    EXPECT_EQ(reason(499), "Client Error");
    EXPECT_EQ(reason(599), "Server Error");
    EXPECT_EQ(reason(999), "Unknown");
    EXPECT_EQ(reason(-1), "Unknown");
}

}  // namespace
}  // namespace portcullis::http
