#include "tests/support/temp_dir.h"

#include "base/file.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(TempDir, IsGoneWithEverythingInItAtTheEnd) {
    std::filesystem::path path;
    {
        const TempDir dir;
        path = dir.path();
        EXPECT_EQ(read_file(dir.write("a/b/c", "content")).value(), "content");
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace portcullis::test
