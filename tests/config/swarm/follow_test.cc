#include "config/swarm/follow.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "config/swarm/signing_key.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using namespace std::chrono_literals;

class FollowerTest : public testing::Test {
  protected:
    FollowerTest() {
        dir.write("key", key.public_pem());
        std::filesystem::create_directory(dir.path() / "state");
    }

    Follower::Place place() const {
        return {dir.path() / "state/snapshot", dir.path() / "key", dir.path() / "serial", 1h};
    }

    void put(std::uint64_t serial, const std::string& service) const { put(serial, service, key); }

    void put(std::uint64_t serial, const std::string& service, const SigningKey& signer,
             const Moment& seen = moment_now()) const {
        Snapshot snapshot;
        snapshot.serial = serial;
        snapshot.seen = seen;
        snapshot.services.resize(1);
        snapshot.services[0].name = service;
        ASSERT_TRUE(replace_file(place().snapshot, seal(write(snapshot), signer)));
    }

    std::unique_ptr<Follower> follow() {
        return Follower::make(io, place(), {[this] { ++changes; }, [this] { ++heard; }}).value();
    }

    bool becomes(const std::function<bool()>& question) {
        return test::eventually([&] {
            io.restart();
            io.run_for(10ms);
            return question();
        });
    }

    const SigningKey key = SigningKey::generate();
    test::TempDir dir;
    boost::asio::io_context io{1};
    int changes = 0;
    int heard = 0;
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
    EXPECT_EQ(heard, 2) << "which is younger";
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
    put(6, "b", SigningKey::generate());
    EXPECT_TRUE(becomes([&] { return follower->refused() == 1; }));
    put(4, "b");
    EXPECT_TRUE(becomes([&] { return follower->refused() == 2; })) << "an older one";
    ASSERT_TRUE(replace_file(place().snapshot, "{}"));
    EXPECT_TRUE(becomes([&] { return follower->refused() == 3; }));
    ASSERT_TRUE(replace_file(place().snapshot, seal("{}", key)));
    EXPECT_TRUE(becomes([&] { return follower->refused() == 4; }));
    std::filesystem::remove(place().snapshot);
    EXPECT_TRUE(becomes([&] { return follower->refused() == 5; }));
    EXPECT_EQ(follower->latest()->services[0].name, "a");
    EXPECT_EQ(changes, 0);
    put(7, "c");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
}

TEST_F(FollowerTest, RefusesWhatWasChangedOrCutOnTheWay) {
    put(5, "a");
    const auto follower = follow();
    Snapshot next;
    next.serial = 6;
    const std::string sealed = seal(write(next), key);
    std::uint64_t refused = 0;
    // In the first words, the signature, the line's end, and the document; and all that is missing.
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{30}, kSealBytes - 1, kSealBytes, sealed.size() - 1}) {
        std::string changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_FALSE(accept(changed, key.verify_keys(), 0)) << at;
        EXPECT_FALSE(accept(sealed.substr(0, at), key.verify_keys(), 0)) << at;
        EXPECT_TRUE(accept(sealed, key.verify_keys(), 0));
        // The follower says the same thing once: another refusal lies between.
        ASSERT_TRUE(replace_file(place().snapshot, changed));
        EXPECT_TRUE(becomes([&] { return follower->refused() > refused; })) << at;
        refused = follower->refused();
        std::filesystem::remove(place().snapshot);
        EXPECT_TRUE(becomes([&] { return follower->refused() > refused; })) << at;
        refused = follower->refused();
    }
    EXPECT_EQ(follower->latest()->services.at(0).name, "a");
    EXPECT_EQ(changes, 0);
}

// Whoever can write the file can put back what was well signed once, also while we do not run.
TEST_F(FollowerTest, RefusesAnOlderOneAfterARestart) {
    put(5, "a");
    auto follower = follow();
    put(6, "b");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
    follower.reset();
    put(5, "a");
    follower = follow();
    EXPECT_EQ(follower->latest(), nullptr);
    EXPECT_EQ(follower->refused(), 1U);
    put(6, "b");
    EXPECT_TRUE(becomes([&] { return follower->latest() != nullptr; })) << "the one that it had";
    put(7, "c");
    EXPECT_TRUE(becomes([&] { return follower->latest()->serial == 7; }));
}

// What says the same is not written down, and may come back: it changes nothing.
TEST_F(FollowerTest, KeepsTheSerialOfWhatSaidSomethingNew) {
    put(5, "a");
    auto follower = follow();
    put(8, "a");
    EXPECT_TRUE(becomes([&] { return follower->latest()->serial == 8; }));
    put(6, "b");
    EXPECT_TRUE(becomes([&] { return follower->refused() == 1; })) << "while it runs";
    follower.reset();
    EXPECT_EQ(AcceptedSerial(place().serial_file, key.verify_keys()).serial(), 5U);
}

TEST_F(FollowerTest, ANewKeyBeginsAnew) {
    put(1'000, "a");
    auto follower = follow();
    follower.reset();
    const SigningKey next = SigningKey::generate();
    dir.write("key", key.public_pem() + next.public_pem());
    put(999, "b", next);
    follower = follow();
    EXPECT_EQ(follower->latest(), nullptr) << "the old key is trusted still, and so its serial";
    put(1'001, "c", next);
    EXPECT_TRUE(becomes([&] { return follower->latest() != nullptr; })) << "both keys are taken";
    follower.reset();
    const SigningKey third = SigningKey::generate();
    dir.write("key", third.public_pem());
    put(3, "d", third);
    EXPECT_NE(follow()->latest(), nullptr);
}

TEST_F(FollowerTest, FollowsAlsoWhereNothingCanBeKept) {
    std::filesystem::create_directory(dir.path() / "serial");
    put(5, "a");
    const auto follower = follow();
    ASSERT_NE(follower->latest(), nullptr);
    put(6, "b");
    EXPECT_TRUE(becomes([&] { return changes == 1; }));
}

TEST_F(FollowerTest, KnowsHowOldItIs) {
    Moment seen = moment_now();
    seen.boot = "another machine";
    seen.wall -= 7'200'000;
    put(1, "a", key, seen);
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
    dir.write("key", SigningKey::generate().public_pem());
    EXPECT_FALSE(follower->follows(place())) << "its key is another one";
    std::filesystem::remove(dir.path() / "key");
    const auto none = Follower::make(io, place(), {});
    ASSERT_FALSE(none);
    EXPECT_TRUE(none.error().text.starts_with("discovery.verify_key: "));
}

}  // namespace
}  // namespace portcullis::swarm
