#include "config/swarm/keygen.h"

#include "base/file.h"
#include "config/swarm/signing_key.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

TEST(Keygen, WritesAPairOfKeys) {
    const test::TempDir dir;
    const auto files = keygen(dir.path() / "swarm");
    ASSERT_TRUE(files) << files.error().text;
    EXPECT_EQ(files->signing, dir.path() / "swarm.key");
    EXPECT_EQ(files->verify, dir.path() / "swarm.pub");
    EXPECT_EQ(SigningKey::read(files->signing)->verify_keys(),
              VerifyKeys::read(files->verify).value());
    EXPECT_EQ(std::filesystem::status(files->signing).permissions(), std::filesystem::perms{0600});
    EXPECT_EQ(std::filesystem::status(files->verify).permissions(), std::filesystem::perms{0644});
}

// A key that is in use would be gone, and with it what everybody verifies with.
TEST(Keygen, NeverWritesOverAFile) {
    for (const char* there : {"swarm.key", "swarm.pub"}) {
        const test::TempDir dir;
        const auto file = dir.write(there, "mine");
        const auto refused = keygen(dir.path() / "swarm");
        ASSERT_FALSE(refused) << there;
        EXPECT_EQ(refused.error().text,
                  file.string() + " is there already; move it away, or name another --out");
        EXPECT_EQ(read_file(file).value(), "mine");
        const auto files = std::filesystem::directory_iterator{dir.path()};
        EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "half a pair is left behind";
    }
    const test::TempDir dir;
    std::filesystem::create_symlink(dir.path() / "elsewhere", dir.path() / "swarm.key");
    EXPECT_FALSE(keygen(dir.path() / "swarm"));
    EXPECT_FALSE(keygen(dir.path() / "none" / "swarm"));
}

}  // namespace
}  // namespace portcullis::swarm
