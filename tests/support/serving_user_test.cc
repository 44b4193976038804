#include "tests/support/serving_user.h"

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace portcullis::test {
namespace {

TEST(ServingUser, ReadsAndWritesInATemporaryFolder) {
    const TempDir dir;
    const auto file = dir.write("file", "content");
    std::vector<std::string> as_it;
    if (const auto user = serving_user()) {
        as_it = {"setpriv",
                 "--reuid",
                 std::to_string(user->uid),
                 "--regid",
                 std::to_string(user->gid),
                 "--clear-groups"};
    }
    const auto succeeds = [&](std::vector<std::string> command) {
        command.insert(command.begin(), as_it.begin(), as_it.end());
        return run({command}).exit_code == 0;
    };
    EXPECT_TRUE(succeeds({"cat", file.string()}));
    EXPECT_TRUE(succeeds({"touch", (dir.path() / "new").string()}));
    EXPECT_TRUE(succeeds({serving_program().string(), "--help"}));
}

TEST(ServingUser, KeepsFilesFromEverybodyElse) {
    const TempDir dir;

    struct stat facts {};

    ASSERT_EQ(::stat(dir.write("file", "content").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0007, 0U);
}

}  // namespace
}  // namespace portcullis::test
