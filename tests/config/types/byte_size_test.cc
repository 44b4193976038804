#include "config/types/byte_size.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(ByteSize, IsReadAndWrittenInItsLargestUnit) {
    const std::tuple<const char*, std::size_t, const char*> cases[] = {
        {"512B", 512, "512B"},        {"8KiB", 8192, "8KiB"}, {"1024B", 1024, "1KiB"},
        {"1MiB", 1U << 20U, "1MiB"},  {"0B", 0, "0B"},        {"1025B", 1025, "1025B"},
        {"2GiB", 2UL << 30U, "2GiB"}, {"0KiB", 0, "0B"},
    };
    for (const auto& [text, bytes, want] : cases) {
        const auto size = ByteSize::parse(text);
        ASSERT_TRUE(size) << text;
        EXPECT_EQ(size->bytes, bytes);
        EXPECT_EQ(size->text(), want);
    }
}

TEST(ByteSize, SaysWhatWouldBeRight) {
    const std::pair<const char*, const char*> cases[] = {
        {"8k", "'k' is not a unit; write 8KiB, units are B, KiB, MiB and GiB"},
        {"8KB", "'KB' is not a unit; write 8KiB, units are B, KiB, MiB and GiB"},
        {"1m", "'m' is not a unit; write 1MiB, units are B, KiB, MiB and GiB"},
        {"8 KiB", "' KiB' is not a unit; write 8B, units are B, KiB, MiB and GiB"},
        {"8192", "'8192' has no unit; write 8192B, or use KiB, MiB or GiB"},
        {"", "'' is not a size; write a whole number and a unit, such as 8KiB"},
        {"-1B", "'-1B' is not a size; write a whole number and a unit, such as 8KiB"},
        {"KiB", "'KiB' is not a size; write a whole number and a unit, such as 8KiB"},
        {"17179869184GiB", "'17179869184GiB' is larger than any memory"},
        {"99999999999999999999B",
         "'99999999999999999999B' is not a size; write a whole number and a unit, such as 8KiB"},
    };
    for (const auto& [text, want] : cases) {
        const auto size = ByteSize::parse(text);
        ASSERT_FALSE(size) << text;
        EXPECT_EQ(size.error().text, want);
    }
}

TEST(ByteSize, HoldsTheLargestThatFits) {
    EXPECT_EQ(ByteSize::parse("17179869183GiB").value().text(), "17179869183GiB");
    EXPECT_EQ(ByteSize::parse("18446744073709551615B").value().bytes, SIZE_MAX);
}

}  // namespace
}  // namespace portcullis
