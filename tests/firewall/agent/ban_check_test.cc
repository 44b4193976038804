#include "firewall/agent/ban_check.h"

#include "firewall/program/compile.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <mutex>
#include <optional>

namespace portcullis::firewall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Program program() {
    Facts facts;
    Interface loopback{.index = 1, .name = "lo"};
    loopback.loopback = true;
    facts.interfaces = {loopback};
    const auto until = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                       std::chrono::minutes{10};
    for (const char* prefix :
         {"203.0.113.7", "203.0.113.8", "198.51.100.0/25", "2001:db8::7", "2001:db8:1::/48"}) {
        facts.bans.push_back({Cidr::parse(prefix).value(), until});
    }
    return compile(FirewallConfig{}, facts);
}

class BanCheckOfTheKernel : public testing::Test {
  protected:
    BanCheckOfTheKernel() {
        replace(socket_, program_, Ownership::none).value();
        const Program installed = as_installed(program_);
        for (const Set& set : installed.tables.front().sets) {
            if (is_ban_set(set.name)) {
                wanted_.push_back(set);
            }
        }
    }

    static void change(const std::string& command) {
        ASSERT_EQ(test::run({{"timeout", "10", "nft", command}}).exit_code, 0) << command;
    }

    BanVerdict check() { return check_bans(socket_, wanted_); }

    Socket socket_ = Socket::open().value();
    Program program_ = program();
    std::vector<Set> wanted_;
};

TEST_F(BanCheckOfTheKernel, AreTheSameWhenNobodyTouchedThem) {
    ASSERT_EQ(wanted_.size(), 4U);
    EXPECT_EQ(check().state, BanState::same);
}

TEST_F(BanCheckOfTheKernel, DifferInTheSetsThatSomebodyTouched) {
    change("delete element inet portcullis ban4 { 203.0.113.7 }");
    change("add element inet portcullis bannet6 { 2001:db8:2::/48 }");
    const BanVerdict verdict = check();
    EXPECT_EQ(verdict.state, BanState::different);
    EXPECT_THAT(verdict.sets, testing::UnorderedElementsAre("ban4", "bannet6"));
    EXPECT_THAT(verdict.sentence, HasSubstr("there is"));
}

TEST_F(BanCheckOfTheKernel, DifferWhenEverybodyIsBanned) {
    change("add element inet portcullis ban4 { * }");
    const BanVerdict verdict = check();
    EXPECT_EQ(verdict.state, BanState::different);
    EXPECT_THAT(verdict.sets, ElementsAre("ban4"));
    EXPECT_THAT(verdict.sentence, HasSubstr("what we did not write"));
}

TEST_F(BanCheckOfTheKernel, AreUnknownWhenTheSetIsGone) {
    change("flush ruleset");
    EXPECT_EQ(check().state, BanState::unknown);
}

TEST_F(BanCheckOfTheKernel, AreCheckedOnAThreadThatTellsOnce) {
    std::mutex mutex;
    std::vector<BanVerdict> told;
    BanCheck check;
    for (const std::uint64_t version : {7U, 8U}) {
        check.start(wanted_, version, [&](BanVerdict verdict) {
            const std::lock_guard lock{mutex};
            told.push_back(std::move(verdict));
        });
        EXPECT_TRUE(check.running());
        check.finish();
        EXPECT_FALSE(check.running());
    }
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].version, 8U);
    EXPECT_EQ(told[1].state, BanState::same);
}

}  // namespace
}  // namespace portcullis::firewall
