#include "base/file.h"

#include "base/fd.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>

namespace portcullis {
namespace {

TEST(ReadFile, GivesTheWholeContent) {
    const auto path = std::filesystem::temp_directory_path() / "portcullis_file_test";
    const std::string content(200'000, 'x');
    std::ofstream{path} << content;
    EXPECT_EQ(read_file(path).value(), content);
    EXPECT_NE(read_file(path, 1000).error().text.find("longer than 1000 bytes"), std::string::npos);
    std::filesystem::remove(path);
}

TEST(ReadFile, NamesWhatCannotBeRead) {
    EXPECT_EQ(read_file("/nonexistent/x").error().text,
              "cannot open /nonexistent/x: No such file or directory");
    EXPECT_EQ(read_file("/").error().text, "cannot read /: Is a directory");
}

TEST(ReplaceFile, PutsTheContentThereForItsUserOnly) {
    const test::TempDir dir;
    const auto path = dir.write("state", "before");
    dir.write("state.new", "left by a process that died");
    ASSERT_TRUE(replace_file(path, "after"));
    EXPECT_EQ(read_file(path).value(), "after");
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(std::filesystem::exists(path.string() + ".new"));
    ASSERT_TRUE(replace_file(path, "for the group, too", std::filesystem::perms{0640}));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms{0640});
}

TEST(ReplaceFile, NamesWhatItCannotWrite) {
    EXPECT_EQ(replace_file("/nonexistent/x", "").error().text,
              "cannot create /nonexistent/x.new: No such file or directory");
    const test::TempDir dir;
    std::filesystem::create_directory(dir.path() / "folder");
    EXPECT_EQ(replace_file(dir.path() / "folder", "").error().text,
              "cannot replace " + (dir.path() / "folder").string() + ": Is a directory");
}

TEST(Fd, ClosesOnceAndMoves) {
    Fd first{::open("/dev/null", O_RDONLY)};
    const int number = first.get();
    Fd second{std::move(first)};
    EXPECT_EQ(second.get(), number);
    second.reset();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace portcullis
