#include "proxy/sticky_key.h"

#include "base/file.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::TempDir;

TEST(StickyKey, OfANamedFileIsSharedByNodes) {
    const TempDir dir;
    Config config;
    config.sticky_key_file = dir.write("key", std::string(64, 'a'));
    const origin::StickyKey inherited{1};
    const auto key = sticky_key(config, nullptr, dir.path());
    ASSERT_TRUE(key);
    EXPECT_EQ(*sticky_key(config, &inherited, {}), *key) << "before what was inherited";
    config.sticky_key_file = dir.write("other", std::string(64, 'b'));
    EXPECT_NE(*sticky_key(config, nullptr, {}), *key);
    config.sticky_key_file = dir.write("short", std::string(31, 'a'));
    EXPECT_EQ(sticky_key(config, nullptr, {}).error().text,
              "sticky_key_file: " + config.sticky_key_file.string() +
                  " holds less than 32 bytes; write one with: openssl rand -hex 32");
    config.sticky_key_file = dir.path() / "none";
    EXPECT_FALSE(sticky_key(config, nullptr, {}));
}

TEST(StickyKey, IsInheritedByTheProcessThatTakesOver) {
    const TempDir dir;
    const origin::StickyKey inherited{1, 2, 3};
    EXPECT_EQ(*sticky_key({}, &inherited, dir.path()), inherited);
}

TEST(StickyKey, OutlivesARestartWhereThereIsAStateFolder) {
    const TempDir dir;
    const origin::StickyKey key = *sticky_key({}, nullptr, dir.path());
    EXPECT_EQ(*sticky_key({}, nullptr, dir.path()), key);
    const auto mode = std::filesystem::status(dir.path() / "sticky.key").permissions();
    EXPECT_EQ(mode, std::filesystem::perms{0600});
    dir.write("sticky.key", "damaged");
    EXPECT_NE(*sticky_key({}, nullptr, dir.path()), key);
    EXPECT_TRUE(sticky_key({}, nullptr, dir.path() / "missing")) << "it starts all the same";
}

TEST(StickyKey, IsSetFromTheFolderThatTheServiceManagerNames) {
    const TempDir dir;
    ::setenv("STATE_DIRECTORY", (dir.path().string() + ":/other").c_str(), 1);
    ASSERT_TRUE(set_sticky_key({}, nullptr));
    ::unsetenv("STATE_DIRECTORY");
    EXPECT_EQ(origin::sticky_key(), *sticky_key({}, nullptr, dir.path()));
    origin::use_sticky_key({});
}

TEST(StickyKey, IsChanceWithoutOne) {
    EXPECT_NE(*sticky_key({}, nullptr, {}), *sticky_key({}, nullptr, {}));
}

}  // namespace
}  // namespace portcullis
