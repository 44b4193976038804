// Rules put back around ban sets that stay where they are.
#include "firewall/netlink/kernel.h"
#include "firewall/program/diff.h"
#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using test::nft;

class ReplaceRules : public testing::Test {
  protected:
    ReplaceRules() {
        for (Set& set : program_.tables.front().sets) {
            if (set.name == kBannedAddresses4) {
                set.elements = {{test::address("203.0.113.7"), test::address("203.0.113.7"), {}}};
            }
        }
        replace(socket_, program_, Ownership::none).value();
    }

    static void change(const std::string& script) { ASSERT_EQ(nft(script).exit_code, 0) << script; }

    std::string put_back() {
        const auto done = replace_rules(socket_, program_, read_rules(socket_).value());
        return done ? "" : done.error().text;
    }

    Socket socket_ = Socket::open().value();
    Program program_ = test::sample_program();
};

TEST_F(ReplaceRules, UndoesWhatWasDoneToAnythingButTheBans) {
    const std::vector<const char*> changes{
        "flush chain inet portcullis other\n",
        "insert rule inet portcullis other accept\n",
        "add chain inet portcullis mine\nadd rule inet portcullis other jump mine\n",
        "add chain inet portcullis early { type filter hook prerouting priority -500; }\n",
        "add set inet portcullis mine { type ipv4_addr; }\n",
        "add counter inet portcullis mine\n",
        "flush set inet portcullis net4\n",
        "flush table inet portcullis\n",
    };
    const Installed before = read(socket_).value();
    for (const char* one : changes) {
        change(one);
        ASSERT_NE(read(socket_).value().program, before.program) << one;
        EXPECT_EQ(put_back(), "") << one;
        const Installed after = read(socket_).value();
        EXPECT_EQ(diff(after.program, before.program), std::vector<Change>{}) << one;
        EXPECT_EQ(after.foreign, before.foreign) << one;
    }
}

TEST_F(ReplaceRules, LeavesTheBansAsTheyAre) {
    change("add element inet portcullis ban4 { 203.0.113.8 }\n");
    change("flush chain inet portcullis other\n");
    EXPECT_EQ(put_back(), "");
    const Program held = read(socket_).value().program;
    EXPECT_EQ(find_set(held.tables.front(), kBannedAddresses4)->elements.size(), 2U);
}

TEST_F(ReplaceRules, RefusesWhatItCannotKeepTheBansIn) {
    const std::vector<const char*> changes{
        "delete table inet portcullis\n",
        "flush ruleset\n",
        "add table inet portcullis { flags dormant; }\n",
        "flush table inet portcullis\ndelete set inet portcullis ban4\n",
    };
    for (const char* one : changes) {
        change(one);
        EXPECT_EQ(put_back(), "the tables have changed too much to keep their ban sets") << one;
        ASSERT_TRUE(replace(socket_, program_, Ownership::none));
    }
}

TEST_F(ReplaceRules, IsStaleWhenTheRulesetMoved) {
    const Installed seen = read_rules(socket_).value();
    change("add table ip somebody\n");
    const auto done = replace_rules(socket_, program_, seen);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, KernelFault::stale);
}

}  // namespace
}  // namespace portcullis::firewall
