// Programs on trial, with the real kernel and logins that are not.
#include "firewall/agent/login.h"
#include "tests/firewall/agent/running_agent.h"
#include "tests/support/eventually.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <signal.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::Ended;
using testing::HasSubstr;

constexpr const char* kManaged = "management: { from: [ 10.9.0.0/24 ] }";

// The kernel tells when a process began in ticks of 10 ms: one that begins in the tick in which the
// ruleset was applied does not count as later.
void let_a_tick_pass() {
    const BootTicks now = boot_ticks_now();
    ASSERT_TRUE(test::eventually([now] { return boot_ticks_now() > now; }));
}

TEST(AgentTrial, IsRolledBackWhenNobodyConfirms) {
    AgentUnderTest agent;
    agent.start();
    const std::string before = agent.tables();
    agent.configure(kManaged);
    test::Process apply{agent.over_ssh("10.9.0.7 4001", {"apply", "--confirm", "3s"})};
    ASSERT_TRUE(apply.says("applied for 3 seconds")) << apply.err();
    EXPECT_EQ(agent.status().at("confirmed"), false);
    EXPECT_NE(agent.tables(), before);
    EXPECT_EQ(apply.wait(), 1);
    EXPECT_THAT(apply.err(), HasSubstr("rolled back"));
    EXPECT_EQ(agent.tables(), before);
    EXPECT_EQ(agent.audited("rolled_back"), 1U);
    // Nor does a restart bring it in through the back door.
    agent.kill();
    agent.start();
    EXPECT_EQ(agent.tables(), before);
    EXPECT_THAT(agent.stop(), HasSubstr("was on trial and not confirmed"));
}

TEST(AgentTrial, IsKeptWhenANewLoginConfirms) {
    AgentUnderTest agent;
    agent.start();
    agent.configure(kManaged);
    test::Process apply{agent.over_ssh("10.9.0.7 4001", {"apply", "--confirm", "10m"})};
    ASSERT_TRUE(apply.says("applied for 600 seconds")) << apply.err();
    const std::string applied = agent.tables();

    const Ended old_login = agent.command({"confirm"});
    EXPECT_EQ(old_login.exit_code, 1);
    EXPECT_THAT(old_login.err, HasSubstr("this login began before the program was applied"));
    const Ended same = test::run(agent.over_ssh("10.9.0.7 4001", {"confirm"}));
    EXPECT_EQ(same.exit_code, 1);
    EXPECT_THAT(same.err, HasSubstr("over the connection from which the program was applied"));
    let_a_tick_pass();
    const Ended fresh = test::run(agent.over_ssh("10.9.0.7 4002", {"confirm"}));
    EXPECT_EQ(fresh.exit_code, 0) << fresh.err;

    EXPECT_EQ(apply.wait(), 0) << apply.err();
    EXPECT_EQ(agent.tables(), applied);
    agent.kill();
    agent.start();
    EXPECT_EQ(agent.tables(), applied) << "a restart brings it back";
    agent.stop();
}

TEST(AgentTrial, WithoutAnAgentIsKeptByTheCommandItself) {
    AgentUnderTest agent;
    {
        test::Process apply{agent.over_ssh("127.0.0.1 4001", {"apply", "--confirm", "2s"})};
        ASSERT_TRUE(apply.says("applied for 2 seconds")) << apply.err();
        EXPECT_NE(agent.tables(), "");
        EXPECT_EQ(apply.wait(), 1) << apply.err();
        EXPECT_EQ(agent.tables(), "") << "nothing was there before";
    }
    test::Process apply{agent.over_ssh("127.0.0.1 4001", {"apply", "--confirm", "10m"})};
    ASSERT_TRUE(apply.says("applied for 600 seconds")) << apply.err();
    apply.signal(SIGHUP);  // the connection it was started from is gone
    let_a_tick_pass();
    EXPECT_EQ(test::run(agent.over_ssh("127.0.0.1 4002", {"confirm"})).exit_code, 0);
    EXPECT_EQ(apply.wait(), 0) << apply.err();
    EXPECT_THAT(agent.tables(), HasSubstr("table inet portcullis"));
}

TEST(AgentTrial, EndsWithTheProcess) {
    AgentUnderTest agent;
    agent.start();
    const std::string before = agent.tables();
    agent.configure(kManaged);
    test::Process apply{agent.over_ssh("10.9.0.7 4001", {"apply", "--confirm", "10m"})};
    ASSERT_TRUE(apply.says("applied for 600 seconds")) << apply.err();
    EXPECT_THAT(agent.stop(), HasSubstr("rolled back"));
    EXPECT_EQ(agent.tables(), before);
    EXPECT_EQ(apply.wait(), 3) << "there is nobody left to ask";
}

}  // namespace
}  // namespace portcullis::firewall
