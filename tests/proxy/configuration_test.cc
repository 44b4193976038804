#include "proxy/configuration.h"

#include "base/file.h"
#include "config/swarm/signing_key.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

class ConfigurationTest : public testing::Test {
  protected:
    ConfigurationTest() { dir.write("key", key.public_pem()); }

    // Follows the swarm, and routes a host of its own.
    [[nodiscard]] std::shared_ptr<const Config> file(const char* verify_key = "key") const {
        auto config = std::make_shared<Config>();
        config->discovery.snapshot = dir.path() / "snapshot";
        config->discovery.verify_key = dir.path() / verify_key;
        config->discovery.serial_file = dir.path() / "serial";
        config->services.push_back({.name = "file"});
        config->routes.push_back(
            {.host = HostPattern::parse("file.example").value(), .service = "file"});
        return config;
    }

    void put(std::uint64_t serial, const char* host, const swarm::Moment& seen = {}) const {
        swarm::Snapshot snapshot;
        snapshot.serial = serial;
        snapshot.seen = seen;
        snapshot.services.resize(1);
        snapshot.services[0].name = "web";
        snapshot.services[0].labels = {{"portcullis.host", host}, {"portcullis.port", "80"}};
        ASSERT_TRUE(
            replace_file(dir.path() / "snapshot", swarm::seal(swarm::write(snapshot), key)));
    }

    const swarm::SigningKey key = swarm::SigningKey::generate();
    test::TempDir dir;
    boost::asio::io_context io{1};
    int changes = 0;
    Configuration configuration{io, [this] { ++changes; }};
};

TEST_F(ConfigurationTest, IsTheFileWhenNoSwarmIsFollowed) {
    const auto plain = std::make_shared<Config>();
    ASSERT_TRUE(configuration.use(plain));
    EXPECT_EQ(configuration.current(), plain);
    EXPECT_FALSE(configuration.reading());
}

TEST_F(ConfigurationTest, IsTheFileAndTheLatestSnapshot) {
    ASSERT_TRUE(configuration.use(file()));
    EXPECT_EQ(configuration.current()->routes.size(), 1U);
    EXPECT_FALSE(configuration.reading()->age) << "nothing is known yet";
    put(1, "web.example");
    EXPECT_TRUE(test::eventually([&] {
        io.run_for(10ms);
        return changes == 1;
    }));
    EXPECT_EQ(configuration.current()->routes.size(), 2U);
    EXPECT_TRUE(configuration.reading()->stale) << "seen in 1970";
    EXPECT_TRUE(configuration.reading()->quarantine.empty());
}

TEST_F(ConfigurationTest, WitnessesLearnTheAgeOfTheSnapshotAtEachLook) {
    put(1, "web.example", swarm::moment_now());
    ASSERT_TRUE(configuration.use(file()));
    const auto witnesses = configuration.witnesses();
    EXPECT_EQ(witnesses->snapshot_age(), Duration::max()) << "nobody was told of it";
    (void)configuration.current();
    EXPECT_LT(configuration.witnesses()->snapshot_age(), 1h);
    EXPECT_EQ(configuration.reading()->endpoints, "snapshot");
    put(2, "web.example");  // seen in 1970
    const auto same = configuration.witnesses();
    EXPECT_TRUE(test::eventually([&] {
        io.run_for(10ms);
        return same->snapshot_age() > 1h;
    }));
    EXPECT_EQ(configuration.witnesses(), same) << "it says the same of the swarm";
    EXPECT_EQ(configuration.reading()->endpoints, "nobody");
    EXPECT_EQ(changes, 0);
}

// Workers that cannot take over the next one go on with endpoints that may have been replaced.
TEST_F(ConfigurationTest, TheNextSnapshotDoesNotVouchForTheOneBefore) {
    put(1, "web.example", swarm::moment_now());
    ASSERT_TRUE(configuration.use(file()));
    (void)configuration.current();
    const auto before = configuration.witnesses();
    before->note_snapshot(1h);
    put(2, "other.example", swarm::moment_now());
    EXPECT_TRUE(test::eventually([&] {
        io.run_for(10ms);
        return changes == 1;
    }));
    io.run_for(10ms);
    EXPECT_GE(before->snapshot_age(), 1h) << "nobody was told of the next one";
    (void)configuration.current();
    EXPECT_NE(configuration.witnesses(), before);
    EXPECT_LT(configuration.witnesses()->snapshot_age(), 1h);
    EXPECT_GE(before->snapshot_age(), 1h);
}

TEST_F(ConfigurationTest, ShowsWhatIsLeftOut) {
    put(1, "file.example");
    ASSERT_TRUE(configuration.use(file()));
    EXPECT_EQ(configuration.current()->routes.size(), 1U);
    const auto quarantine = configuration.reading()->quarantine;
    ASSERT_EQ(quarantine.size(), 1U);
    EXPECT_EQ(quarantine[0].reason,
              "the configuration file routes 'file.example'; claim another host");
}

// The keys and the files of the swarm may change with the file: that brings no older snapshot back.
TEST_F(ConfigurationTest, ANewFollowerRefusesWhatTheFormerWouldHave) {
    put(7, "web.example");
    ASSERT_TRUE(configuration.use(file()));
    auto other = std::make_shared<Config>(*file());
    other->discovery.stale_after = std::chrono::hours{2};
    put(6, "old.example");
    ASSERT_TRUE(configuration.use(other));
    EXPECT_EQ(configuration.current()->routes.size(), 1U) << "the older one is not taken";
    EXPECT_EQ(configuration.reading()->snapshots_refused, 1U);
}

TEST_F(ConfigurationTest, StaysAsItIsWhenTheNextFileNamesNoKey) {
    put(1, "web.example");
    ASSERT_TRUE(configuration.use(file()));
    const auto before = configuration.file();
    EXPECT_FALSE(configuration.use(file("none")));
    EXPECT_EQ(configuration.file(), before);
    EXPECT_EQ(configuration.current()->routes.size(), 2U);
}

}  // namespace
}  // namespace portcullis
