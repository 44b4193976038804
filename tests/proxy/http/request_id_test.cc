#include "proxy/http/request_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace portcullis::http {
namespace {

// As "openssl mac -macopt size:16 SIPHASH" says of eight zero bytes.
TEST(RequestIds, AreSipHashOfACounter) {
    RequestIds zeros{{0, 0}};
    EXPECT_EQ(std::string{zeros.next()}, "a37bd9053abdcb875f7c92c566446d71");
    RequestIds ids{{0x0706050403020100U, 0x0f0e0d0c0b0a0908U}};
    EXPECT_EQ(std::string{ids.next()}, "c293ab68efe6f296bd92a49d6257801d");
}

TEST(RequestIds, Are32HexadecimalDigitsAndNeverRepeat) {
    RequestIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id{ids.next()};
        EXPECT_EQ(id.size(), 32U);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
        EXPECT_TRUE(seen.insert(id).second);
    }
}

TEST(RequestIds, OfTwoGeneratorsHaveNothingInCommon) {
    RequestIds one;
    RequestIds other;
    EXPECT_NE(std::string{one.next()}, std::string{other.next()});
}

}  // namespace
}  // namespace portcullis::http
