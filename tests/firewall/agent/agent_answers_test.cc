// What the agent is asked, by the commands that ask it, with the real kernel.
#include "config/types/address.h"
#include "base/ask.h"
#include "tests/firewall/agent/running_agent.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <signal.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::Ended;
using test::eventually;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kManaged = "management: { from: [ 10.9.0.0/24 ] }";

TEST(Lockout, AsksForForce) {
    AgentUnderTest agent{kManaged};
    agent.start();
    const std::string before = agent.tables();
    agent.configure("management: { from: [ 10.8.0.0/24 ] }");
    const Ended guarded = test::run(agent.over_ssh("10.9.0.7 4001", {"apply"}));
    EXPECT_EQ(guarded.exit_code, 1);
    EXPECT_THAT(guarded.err, HasSubstr("you are logged in from 10.9.0.7, which is not in "
                                       "firewall.management.from; --force"));
    EXPECT_EQ(agent.tables(), before);
    const Ended ban =
        test::run(agent.over_ssh("10.9.0.7 4001", {"ban", "--for", "1h", "10.9.0.0/28"}));
    EXPECT_EQ(ban.exit_code, 1);
    EXPECT_THAT(ban.err, HasSubstr("you are logged in from 10.9.0.7, which is in 10.9.0.0/28"));
    const Ended other = agent.command({"ban", "--for", "1h", "10.9.0.0/28"});
    EXPECT_EQ(other.exit_code, 1);
    EXPECT_THAT(other.err, HasSubstr("would cut 10.9.0.0/24"));
    EXPECT_EQ(test::run(agent.over_ssh("10.9.0.7 4001", {"apply", "--force"})).exit_code, 0);
    EXPECT_THAT(agent.tables(), HasSubstr("10.8.0.0/24"));
    agent.stop();
}

TEST(Bans, AreInTheKernelAtOnceAndOutliveEverything) {
    AgentUnderTest agent;
    agent.start();
    EXPECT_EQ(agent
                  .command({"ban", "--for", "1h", "--reason", "guessed passwords", "203.0.113.7",
                            "2001:db8::7", "198.51.100.0/25", "2001:db8:1::/64"})
                  .exit_code,
              0);
    const auto banned = [&] {
        const std::string rules = agent.tables();
        return rules.find("203.0.113.7") != std::string::npos &&
               rules.find("2001:db8::7") != std::string::npos &&
               rules.find("198.51.100.0/25") != std::string::npos &&
               rules.find("2001:db8:1::/64") != std::string::npos;
    };
    EXPECT_TRUE(banned()) << agent.tables();
    EXPECT_EQ(agent.command({"diff"}).exit_code, 0);
    agent.configure(kManaged);
    agent.process().signal(SIGHUP);
    ASSERT_TRUE(agent.process().says("configuration reloaded"));
    EXPECT_TRUE(banned()) << "after a replacement";
    agent.kill();
    EXPECT_EQ(agent.nft("flush ruleset").exit_code, 0);
    agent.start();
    EXPECT_TRUE(banned()) << "after a restart";
    EXPECT_THAT(agent.command({"bans"}).out, HasSubstr("198.51.100.0/25"));

    EXPECT_EQ(agent.command({"unban", "203.0.113.7", "198.51.100.0/25"}).exit_code, 0);
    EXPECT_THAT(agent.tables(), Not(HasSubstr("203.0.113.7")));
    EXPECT_THAT(agent.tables(), Not(HasSubstr("198.51.100.0/25")));
    const Ended twice = agent.command({"unban", "203.0.113.7"});
    EXPECT_EQ(twice.exit_code, 1);
    EXPECT_THAT(twice.err, HasSubstr("203.0.113.7/32 is not banned"));
    EXPECT_THAT(agent.audit(), HasSubstr("guessed passwords"));
    EXPECT_EQ(agent.status().at("bans"), 2);
    agent.stop();
}

TEST(Bans, EndByThemselvesAndThatIsNoDrift) {
    AgentUnderTest agent;
    agent.start();
    EXPECT_EQ(agent.command({"ban", "--for", "2s", "203.0.113.7", "198.51.100.0/25"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return agent.status().at("bans") == 0; }));
    EXPECT_TRUE(
        eventually([&] { return agent.tables().find("203.0.113.7") == std::string::npos; }));
    EXPECT_EQ(agent.command({"diff"}).exit_code, 0);
    EXPECT_EQ(agent.status().at("drifts"), 0);
    agent.stop();
}

TEST(Bans, AreTakenByTheThousand) {
    AgentUnderTest agent;
    agent.start();
    std::string list;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        list += IpAddress::v4(0xcb000000U + i * 3).text() + "\n";
    }
    const auto file = agent.dir().write("list", list);
    const Ended ban = agent.command({"ban", "--for", "1h", "--file", file.string()});
    EXPECT_EQ(ban.exit_code, 0) << ban.err;
    EXPECT_EQ(agent.status().at("bans"), 20'000);
    EXPECT_EQ(agent.command({"unban", "203.0.0.3"}).exit_code, 0);
    agent.stop();
}

TEST(Commands, RefuseWhatMakesNoSense) {
    AgentUnderTest agent;
    EXPECT_EQ(agent.command({"status"}).exit_code, 3) << "nobody to ask";
    EXPECT_EQ(agent.command({"ban", "--for", "1h", "203.0.113.7"}).exit_code, 3);
    agent.start();
    EXPECT_EQ(agent.command({"ban", "203.0.113.7"}).exit_code, 2);
    EXPECT_EQ(agent.command({"ban", "--for", "1h"}).exit_code, 2);
    EXPECT_EQ(agent.command({"ban", "--for", "1h", "0.0.0.0/0"}).exit_code, 2);
    EXPECT_EQ(agent.command({"confirm"}).exit_code, 1);
    EXPECT_EQ(agent.command({"apply", "--confirm", "2h"}).exit_code, 2);
    const std::string socket = (agent.dir().path() / "firewall.sock").string();
    EXPECT_EQ(ask(socket, "POST", "/ban", "nonsense")->status, 400U);
    EXPECT_EQ(ask(socket, "POST", "/nothing")->status, 400U);
    EXPECT_EQ(ask(socket, "GET", "/nothing")->status, 404U);
    EXPECT_EQ(ask(socket, "DELETE", "/status")->status, 405U);
    EXPECT_THAT(ask(socket, "GET", "/metrics")->body,
                HasSubstr("portcullis_firewall_packets_total{counter=\"d_port\"} "));
    agent.stop();
}

}  // namespace
}  // namespace portcullis::firewall
