#include "firewall/agent/wall.h"

#include "firewall/agent/difference.h"
#include "firewall/program/compile.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

using testing::HasSubstr;

Expiry now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Program program(std::vector<Ban> bans = {}) {
    Facts facts;
    Interface loopback{.index = 1, .name = "lo"};
    loopback.loopback = true;
    facts.interfaces = {loopback};
    facts.bans = std::move(bans);
    return compile(FirewallConfig{}, facts);
}

Ban ban(const char* prefix, int seconds) {
    return {Cidr::parse(prefix).value(), now() + std::chrono::seconds{seconds}};
}

int nft(const std::string& command) {
    return test::run({{"timeout", "10", "nft", command}}).exit_code.value();
}

std::string drift(Wall& wall) {
    return wall.drift(wall.look().value(), now());
}

TEST(Wall, HoldsWhatWasPutThere) {
    Wall wall = Wall::open({}, Ownership::none).value();
    EXPECT_THAT(drift(wall), "") << "nothing is wanted and nothing is there";
    ASSERT_TRUE(wall.put(program()));
    EXPECT_EQ(drift(wall), "");
    EXPECT_GT(wall.generation(), 0U);
}

TEST(Wall, NoticesEveryWayOfTampering) {
    Wall wall = Wall::open({}, Ownership::none).value();
    ASSERT_TRUE(wall.put(program()));
    const std::vector<std::pair<const char*, const char*>> attempts{
        {"flush chain inet portcullis gate", "table inet portcullis, chain gate: there is no"},
        {"insert rule inet portcullis gate accept", "chain gate: there is accept"},
        {"add element inet portcullis inside { eth0 }", "set inside: there is \"eth0\""},
        {"add table inet portcullis { flags dormant; }", "dormant"},
        {"delete table inet portcullis", "there is no"},
        {"flush ruleset", "there is no"}};
    for (const auto& [attempt, sentence] : attempts) {
        ASSERT_EQ(nft(attempt), 0) << attempt;
        EXPECT_THAT(drift(wall), HasSubstr(sentence)) << attempt;
        ASSERT_TRUE(wall.repair_rules());
        EXPECT_EQ(drift(wall), "") << attempt;
    }
}

TEST(Wall, ChangesBansWithoutTouchingAnythingElse) {
    Wall wall = Wall::open({}, Ownership::none).value();
    ASSERT_TRUE(wall.put(program()));
    const Generation before = wall.look().value().generation;
    const auto change = [&](std::vector<Ban> to) {
        const Program next = program(to);
        const auto sets = only_bans_differ(wall.wanted(), next);
        EXPECT_FALSE(sets.empty());
        ASSERT_TRUE(wall.put_bans(next, sets));
        EXPECT_EQ(drift(wall), "");
        EXPECT_EQ(wall.wanted(), next);
    };
    change({ban("203.0.113.7", 600), ban("2001:db8::7", 600)});
    EXPECT_EQ(wall.look().value().generation, before + 2) << "one commit for each set";
    change({ban("203.0.113.7", 600), ban("2001:db8::7", 600), ban("198.51.100.0/25", 600)});
    change({ban("203.0.113.7", 900), ban("2001:db8::7", 600), ban("198.51.100.0/25", 600)});
    change({ban("203.0.113.7", 900), ban("198.51.100.0/24", 600)});
    change({ban("203.0.113.8", 900)});
    change({});
}

TEST(Wall, CountsOverAllItsPrograms) {
    Wall wall = Wall::open({}, Ownership::none).value();
    ASSERT_TRUE(wall.put(program()));
    EXPECT_TRUE(wall.counters().contains("d_port"));
    ASSERT_TRUE(wall.put(program()));
    EXPECT_TRUE(wall.counters().contains("d_port"));
}

TEST(Wall, KeepsItsOwnershipThroughACopyOfItsSocket) {
    Fd kept;
    std::uint32_t owner = 0;
    {
        Wall first = Wall::open({}, Ownership::persistent).value();
        if (!first.put(program())) {
            GTEST_SKIP() << "this kernel has no persistent tables";
        }
        owner = first.look().value().tables.front().owner;
        kept.reset(::dup(first.owner_fd()));
    }
    EXPECT_NE(nft("delete table inet portcullis"), 0)
        << "nobody has the process, all have the rule";
    Wall stranger = Wall::open({}, Ownership::persistent).value();
    EXPECT_EQ(stranger.stranger(stranger.look().value()), owner);
    EXPECT_FALSE(stranger.put(program()));
    Wall second = Wall::open(std::move(kept), Ownership::persistent).value();
    EXPECT_TRUE(second.adopted());
    EXPECT_EQ(second.stranger(second.look().value()), 0U);
    second.expect(program(), second.look().value().generation);
    EXPECT_EQ(drift(second), "");
    ASSERT_TRUE(second.put(program({ban("203.0.113.7", 600)})));
    ASSERT_TRUE(second.take_down());
    EXPECT_TRUE(second.look().value().tables.empty());
}

TEST(Wall, MakesItsOwnSocketInPlaceOfOneThatIsNone) {
    const Wall wall =
        Wall::open(Fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}, Ownership::none).value();
    EXPECT_FALSE(wall.adopted());
}

}  // namespace
}  // namespace portcullis::firewall
