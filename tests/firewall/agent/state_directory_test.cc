#include "firewall/agent/state_directory.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

class StateDirectoryTest : public testing::Test {
  protected:
    test::TempDir dir;
    StateDirectory state = StateDirectory::open(dir.path() / "a/b/state").value();
};

TEST_F(StateDirectoryTest, IsMadeForItsUserOnly) {
    const auto permissions = std::filesystem::status(dir.path() / "a/b/state").permissions();
    EXPECT_EQ(permissions & std::filesystem::perms::all, std::filesystem::perms::owner_all);
    EXPECT_TRUE(StateDirectory::open(dir.path() / "a/b/state")) << "and again";
}

TEST_F(StateDirectoryTest, RemembersTheConfirmedConfiguration) {
    EXPECT_EQ(state.confirmed().value(), std::nullopt);
    ASSERT_TRUE(state.set_confirmed("firewall: { mode: edge }\n"));
    EXPECT_EQ(state.confirmed().value(), "firewall: { mode: edge }\n");
}

TEST_F(StateDirectoryTest, RemembersWhatWasOnTrialUntilItIsConfirmed) {
    ASSERT_TRUE(state.mark_unconfirmed("new"));
    EXPECT_TRUE(state.is_unconfirmed("new"));
    EXPECT_FALSE(state.is_unconfirmed("newer")) << "it was corrected meanwhile";
    ASSERT_TRUE(state.set_confirmed("new"));
    EXPECT_FALSE(state.is_unconfirmed("new"));
}

TEST_F(StateDirectoryTest, KeepsTheBans) {
    BanTable bans{10};
    bans.ban({Cidr::parse("192.0.2.1").value(), Expiry{std::chrono::seconds{100}}});
    EXPECT_EQ(state.bans(10, {}).value().bans.size(), 0U);
    ASSERT_TRUE(state.set_bans(bans));
    EXPECT_EQ(state.bans(10, {}).value().bans.all(), bans.all());
}

TEST_F(StateDirectoryTest, KeepsTheSeedsAndDistrustsDamagedOnes) {
    EXPECT_EQ(state.seeds(), std::nullopt);
    ASSERT_TRUE(state.set_seeds({7, 4'000'000'000}));
    EXPECT_EQ(state.seeds(), (Seeds{7, 4'000'000'000}));
    dir.write("a/b/state/seeds", "7");
    EXPECT_EQ(state.seeds(), std::nullopt);
}

TEST_F(StateDirectoryTest, SaysWhatItCannotUse) {
    dir.write("file", "");
    EXPECT_EQ(StateDirectory::open(dir.path() / "file").error().text,
              (dir.path() / "file").string() + " is not a folder");
    EXPECT_EQ(StateDirectory::open("/proc/nothing").error().text,
              "cannot make the folder /proc/nothing: No such file or directory");
}

}  // namespace
}  // namespace portcullis::firewall
