#include "proxy/configuration.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";

class ConfigurationTest : public testing::Test {
  protected:
    ConfigurationTest() {
        const auto key = dir.write("key", std::string{kKey});
        std::filesystem::permissions(key, std::filesystem::perms{0600});
    }

    // Follows the swarm, and routes a host of its own.
    [[nodiscard]] std::shared_ptr<const Config> file(const char* key = "key") const {
        auto config = std::make_shared<Config>();
        config->discovery.snapshot = dir.path() / "snapshot";
        config->discovery.key_file = dir.path() / key;
        config->services.push_back({.name = "file"});
        config->routes.push_back(
            {.host = HostPattern::parse("file.example").value(), .service = "file"});
        return config;
    }

    void put(std::uint64_t serial, const char* host) const {
        swarm::Snapshot snapshot;
        snapshot.serial = serial;
        snapshot.services.resize(1);
        snapshot.services[0].name = "web";
        snapshot.services[0].labels = {{"portcullis.host", host}, {"portcullis.port", "80"}};
        ASSERT_TRUE(
            replace_file(dir.path() / "snapshot", swarm::seal(swarm::write(snapshot), kKey)));
    }

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

TEST_F(ConfigurationTest, ShowsWhatIsLeftOut) {
    put(1, "file.example");
    ASSERT_TRUE(configuration.use(file()));
    EXPECT_EQ(configuration.current()->routes.size(), 1U);
    const auto quarantine = configuration.reading()->quarantine;
    ASSERT_EQ(quarantine.size(), 1U);
    EXPECT_EQ(quarantine[0].reason,
              "the configuration file routes 'file.example'; claim another host");
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
