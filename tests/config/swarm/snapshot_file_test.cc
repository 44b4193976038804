#include "config/swarm/snapshot_file.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

class SnapshotFileTest : public testing::Test {
  protected:
    SnapshotFileTest() {
        config_.signing_key = dir_.write("key", key_.private_pem());
        std::filesystem::permissions(config_.signing_key, std::filesystem::perms{0600});
        config_.snapshot = dir_.path() / "snapshot";
    }

    Snapshot there() const {
        const std::string sealed = read_file(config_.snapshot).value();
        return read(swarm::open(sealed, key_.verify_keys()).value().document).value();
    }

    const SigningKey key_ = SigningKey::generate();
    test::TempDir dir_;
    DiscoveryConfig config_;
};

TEST_F(SnapshotFileTest, IsSignedAndForItsGroup) {
    auto file = SnapshotFile::open(config_).value();
    EXPECT_FALSE(file.earlier());
    EXPECT_EQ(file.refusal(), "");
    Snapshot snapshot;
    snapshot.nodes = {IpAddress::v4(1)};
    ASSERT_TRUE(file.write(snapshot, 1'000));
    EXPECT_EQ(there().nodes, snapshot.nodes);
    EXPECT_EQ(std::filesystem::status(config_.snapshot).permissions(),
              std::filesystem::perms{0640});
}

TEST_F(SnapshotFileTest, HasSerialsThatOnlyGrow) {
    auto file = SnapshotFile::open(config_).value();
    for (const auto& [now, serial] : {std::pair{1'000U, 1'000U}, {1'000U, 1'001U}, {5U, 1'002U}}) {
        ASSERT_TRUE(file.write({}, now));
        EXPECT_EQ(there().serial, serial);
    }
    auto next = SnapshotFile::open(config_).value();
    ASSERT_TRUE(next.earlier());
    EXPECT_EQ(next.earlier()->serial, 1'002U);
    ASSERT_TRUE(next.write({}, 7));
    EXPECT_EQ(there().serial, 1'003U);
    EXPECT_EQ(next.serial(), 1'003U);
}

// A new manager, or one whose disk was replaced: followers have accepted its earlier serials.
TEST_F(SnapshotFileTest, ContinuesAboveWhatIsLost) {
    auto file = SnapshotFile::open(config_).value();
    ASSERT_TRUE(file.write({}, 1'000));
    std::filesystem::remove(config_.snapshot);
    auto next = SnapshotFile::open(config_).value();
    ASSERT_TRUE(next.write({}, 2'000));
    EXPECT_EQ(there().serial, 2'000U);
}

TEST_F(SnapshotFileTest, TakesNothingThatAnotherKeySigned) {
    dir_.write("snapshot", seal(write(Snapshot{}), SigningKey::generate()));
    const auto file = SnapshotFile::open(config_).value();
    EXPECT_FALSE(file.earlier());
    EXPECT_EQ(file.refusal(), config_.snapshot.string() + ": its signature is not by this key");
    dir_.write("snapshot", seal("{}", key_));
    EXPECT_EQ(SnapshotFile::open(config_)->refusal(),
              config_.snapshot.string() + ": the snapshot lacks 'version'");
}

TEST_F(SnapshotFileTest, NeedsAKeyAndAFolder) {
    config_.snapshot = dir_.path() / "none" / "snapshot";
    auto file = SnapshotFile::open(config_).value();
    EXPECT_FALSE(file.write({}, 1));
    EXPECT_EQ(file.serial(), 0U) << "nothing was written";
    config_.signing_key = dir_.path() / "none";
    EXPECT_TRUE(SnapshotFile::open(config_).error().text.starts_with("discovery.signing_key: "));
}

TEST_F(SnapshotFileTest, IsNotWrittenWhenNobodyWouldReadIt) {
    auto file = SnapshotFile::open(config_).value();
    ASSERT_TRUE(file.write({}, 1));
    Snapshot large;
    large.services.resize(1);
    large.services[0].labels["portcullis.host"] = std::string(kSnapshotBytesMax, 'x');
    EXPECT_FALSE(file.write(large, 2));
    EXPECT_EQ(there().serial, 1U);
}

}  // namespace
}  // namespace portcullis::swarm
