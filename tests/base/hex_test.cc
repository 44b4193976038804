#include "base/hex.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(Hex, GoesThereAndBack) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    EXPECT_EQ(to_hex(bytes).substr(0, 6), "000102");
    EXPECT_EQ(to_hex(bytes).substr(506), "fdfeff");
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, HasOneTextForTheSameBytes) {
    for (const char* text : {"0", "0g", "FF", " 0", "0x", "00 "}) {
        EXPECT_FALSE(from_hex(text)) << text;
    }
}

}  // namespace
}  // namespace portcullis
