#include "config/swarm/follow.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";

class FollowerTest : public testing::Test {
  protected:
    FollowerTest() {
        const auto key = dir.write("key", std::string{kKey});
        std::filesystem::permissions(key, std::filesystem::perms{0600});
        std::filesystem::create_directory(dir.path() / "state");
    }

    Follower::Place place() const {
        return {dir.path() / "state/snapshot", dir.path() / "key", 1h};
    }

    void put(std::uint64_t serial, const std::string& service, std::string_view key = kKey,
             std::uint64_t seen = milliseconds_now()) const {
        Snapshot snapshot;
        snapshot.serial = serial;
        snapshot.seen = seen;
        snapshot.services.resize(1);
        snapshot.services[0].name = service;
        ASSERT_TRUE(replace_file(place().snapshot, seal(write(snapshot), key)));
    }

    std::unique_ptr<Follower> follow() {
        return Follower::make(io, place(), [this] { ++changes; }).value();
    }

    bool becomes(const std::function<bool()>& question) {
        return test::eventually([&] {
            io.restart();
            io.run_for(10ms);
            return question();
        });
    }

    test::TempDir dir;
    boost::asio::io_context io{1};
    int changes = 0;
};

TEST_F(FollowerTest, HasWhatIsThereAndTellsOfWhatComes) {
    put(1, "a");
    const auto follower = follow();
    ASSERT_NE(follower->latest(), nullptr);
    EXPECT_EQ(follower->latest()->services[0].name, "a");
    EXPECT_EQ(changes, 0);
    put(2, "b");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
    EXPECT_EQ(follower->latest()->services[0].name, "b");
    put(3, "b");
    EXPECT_TRUE(becomes([&] { return follower->latest()->serial == 3; }));
    EXPECT_EQ(changes, 1) << "the same once more";
    EXPECT_EQ(follower->refused(), 0U);
}

TEST_F(FollowerTest, WaitsForTheFirstOneAndForItsFolder) {
    std::filesystem::remove(dir.path() / "state");
    const auto follower = follow();
    EXPECT_EQ(follower->latest(), nullptr);
    EXPECT_FALSE(follower->age());
    std::filesystem::create_directory(dir.path() / "state");
    put(1, "a");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
    std::filesystem::remove_all(dir.path() / "state");
    std::filesystem::create_directory(dir.path() / "state");
    put(2, "b");
    EXPECT_TRUE(becomes([&] { return changes == 2; })) << "the folder was replaced";
}

TEST_F(FollowerTest, KeepsWhatItHasWhenTheNextOneIsNoGood) {
    put(5, "a");
    const auto follower = follow();
    put(6, "b", "another key of thirty-two bytes.");
    EXPECT_TRUE(becomes([&] { return follower->refused() == 1; }));
    put(4, "b");
    EXPECT_TRUE(becomes([&] { return follower->refused() == 2; })) << "an older one";
    ASSERT_TRUE(replace_file(place().snapshot, "{}"));
    EXPECT_TRUE(becomes([&] { return follower->refused() == 3; }));
    ASSERT_TRUE(replace_file(place().snapshot, seal("{}", kKey)));
    EXPECT_TRUE(becomes([&] { return follower->refused() == 4; }));
    std::filesystem::remove(place().snapshot);
    EXPECT_TRUE(becomes([&] { return follower->refused() == 5; }));
    EXPECT_EQ(follower->latest()->services[0].name, "a");
    EXPECT_EQ(changes, 0);
    put(7, "c");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
}

TEST_F(FollowerTest, KnowsHowOldItIs) {
    put(1, "a", kKey, milliseconds_now() - 7'200'000);
    const auto follower = follow();
    ASSERT_TRUE(follower->age());
    EXPECT_GE(*follower->age(), 2h);
    put(2, "a");
    EXPECT_TRUE(becomes([&] { return *follower->age() < 1h; }));
}

TEST_F(FollowerTest, NeedsItsKey) {
    const auto follower = follow();
    EXPECT_TRUE(follower->follows(place()));
    Follower::Place other = place();
    other.stale_after = 2h;
    EXPECT_FALSE(follower->follows(other));
    dir.write("key", "another key of thirty-two bytes.");
    EXPECT_FALSE(follower->follows(place())) << "its key is another one";
    std::filesystem::remove(dir.path() / "key");
    const auto none = Follower::make(io, place(), [] {});
    ASSERT_FALSE(none);
    EXPECT_TRUE(none.error().text.starts_with("discovery.key_file: "));
}

}  // namespace
}  // namespace portcullis::swarm
