#include "proxy/observe/access_log.h"

#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fcntl.h>

namespace portcullis::observe {
namespace {

LogConfig to(const std::filesystem::path& file, std::size_t queue_lines = 1000) {
    LogConfig config;
    config.access = file.string();
    config.queue_lines = queue_lines;
    return config;
}

class AccessLogTest : public testing::Test {
  protected:
    [[nodiscard]] std::string content(const std::filesystem::path& path) const {
        return read_file(path).value();
    }

    test::TempDir dir;
    std::filesystem::path file = dir.path() / "access.ndjson";
};

TEST_F(AccessLogTest, WritesBatchesInOrderAndAllOfThemBeforeItEnds) {
    {
        const auto log = AccessLog::open(to(file)).value();
        for (int i = 0; i < 100; ++i) {
            log->submit("line " + std::to_string(i) + "\n", 1);
        }
    }
    std::string want;
    for (int i = 0; i < 100; ++i) {
        want += "line " + std::to_string(i) + "\n";
    }
    EXPECT_EQ(content(file), want);
}

TEST_F(AccessLogTest, AddsToAFileThatIsThereAndLetsNobodyElseReadANewOne) {
    AccessLog::open(to(file)).value()->submit("one\n", 1);

    struct stat status {};

    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0007U, 0U);
    AccessLog::open(to(file)).value()->submit("two\n", 1);
    EXPECT_EQ(content(file), "one\ntwo\n");
}

// The writer hangs in a pipe that nobody reads, as on a disk that cannot keep up.
TEST_F(AccessLogTest, DropsAndCountsWhatTheQueueHasNoRoomFor) {
    const auto pipe = dir.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    Fd reader{::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    const auto log = AccessLog::open(to(pipe, 10)).value();
    const std::string more_than_a_pipe_holds(4'000'000, 'x');
    log->submit(more_than_a_pipe_holds, 7);
    EXPECT_EQ(log->dropped(), 0U);
    log->submit("lost\n", 4);
    EXPECT_EQ(log->dropped(), 4U);
    log->submit("fits\n", 3);
    log->submit("lost\n", 1);
    EXPECT_EQ(log->dropped(), 5U);
    std::string got;
    std::array<char, 65536> block{};
    EXPECT_TRUE(test::eventually([&] {
        const ssize_t count = ::read(reader.get(), block.data(), block.size());
        got.append(block.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
        return got.ends_with("fits\n");
    }));
    EXPECT_EQ(got.size(), more_than_a_pipe_holds.size() + 5);
    EXPECT_TRUE(test::eventually([&] {  // a little later there is room again
        const auto before = log->dropped();
        log->submit("again\n", 10);
        return log->dropped() == before;
    }));
}

TEST_F(AccessLogTest, GoesOnInANewFileAfterTheOldOneWasMovedAway) {
    {
        const auto log = AccessLog::open(to(file)).value();
        log->submit("before\n", 1);
        EXPECT_TRUE(test::eventually([&] { return content(file) == "before\n"; }));
        std::filesystem::rename(file, dir.path() / "old");
        EXPECT_TRUE(log->reopen(to(file)));
        log->submit("after\n", 1);
    }
    EXPECT_EQ(content(dir.path() / "old"), "before\n");
    EXPECT_EQ(content(file), "after\n");
}

TEST_F(AccessLogTest, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
    {
        const auto log = AccessLog::open(to(file)).value();
        const auto reopened = log->reopen(to(dir.path() / "nowhere" / "access"));
        ASSERT_FALSE(reopened);
        EXPECT_EQ(reopened.error().text, "cannot open the access log " +
                                             (dir.path() / "nowhere" / "access").string() +
                                             ": No such file or directory");
        log->submit("still here\n", 1);
    }
    EXPECT_EQ(content(file), "still here\n");
}

TEST_F(AccessLogTest, TakesOverTheNewLengthOfTheQueue) {
    const auto log = AccessLog::open(to(file, 1)).value();
    log->submit("two\nlines\n", 2);
    EXPECT_EQ(log->dropped(), 2U);
    EXPECT_TRUE(log->reopen(to(file, 2)));
    log->submit("two\nlines\n", 2);
    EXPECT_EQ(log->dropped(), 2U);
}

TEST_F(AccessLogTest, CountsWhatTheDiskRefuses) {
    const auto log = AccessLog::open(to("/dev/full")).value();
    log->submit("lost\n", 3);
    EXPECT_TRUE(test::eventually([&] { return log->dropped() == 3; }));
}

TEST_F(AccessLogTest, WritesNothingWhenItIsOff) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    {
        const auto log = AccessLog::open(to("off")).value();
        log->submit("nothing\n", 1);
        EXPECT_EQ(log->dropped(), 0U);
    }
    std::filesystem::current_path(before);
    EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << "not a file named off either";
}

}  // namespace
}  // namespace portcullis::observe
