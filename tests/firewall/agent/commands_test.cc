// The commands that need no agent.
#include "tests/firewall/agent/running_agent.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::Ended;
using testing::HasSubstr;

TEST(Commands, CheckSaysWhetherTheConfigurationIsValid) {
    AgentUnderTest agent;
    EXPECT_EQ(agent.command({"check"}).exit_code, 0);
    agent.configure("mode: egde");
    const Ended invalid = agent.command({"check"});
    EXPECT_EQ(invalid.exit_code, 1);
    EXPECT_THAT(invalid.err, HasSubstr("'egde' is not a choice here"));
    for (const char* command : {"show", "diff", "prove", "apply"}) {
        EXPECT_EQ(agent.command({command}).exit_code, 1) << command;
    }
    EXPECT_EQ(agent.tables(), "");
}

TEST(Commands, ShowPrintsWhatNftCanLoadAndProveAgrees) {
    AgentUnderTest agent;
    EXPECT_EQ(agent.command({"prove"}).exit_code, 0);
    const Ended shown = agent.command({"show"});
    ASSERT_EQ(shown.exit_code, 0) << shown.err;
    const auto script = agent.dir().write("script.nft", shown.out);
    const Ended loaded = test::run({{"timeout", "10", "nft", "-f", script.string()}});
    EXPECT_EQ(loaded.exit_code, 0) << loaded.err;
    EXPECT_THAT(agent.tables(), HasSubstr("table inet portcullis"));
}

TEST(Commands, DiffSaysWhatApplyingWouldChangeAndApplyDoesIt) {
    AgentUnderTest agent;
    const Ended before = agent.command({"diff"});
    EXPECT_EQ(before.exit_code, 1);
    EXPECT_THAT(before.out, HasSubstr("+ the table"));
    const Ended applied = agent.command({"apply"});
    EXPECT_EQ(applied.exit_code, 0) << applied.err;
    const Ended after = agent.command({"diff"});
    EXPECT_EQ(after.exit_code, 0) << after.out;
    agent.configure("management: { from: [ 10.9.0.0/24 ] }");
    EXPECT_THAT(agent.command({"diff"}).out, HasSubstr("+ 10.9.0.0/24"));
}

TEST(Commands, VerifyFindsAnEditedAuditLog) {
    AgentUnderTest agent;
    EXPECT_EQ(agent.command({"verify"}).exit_code, 3) << "there is none";
    EXPECT_EQ(agent.command({"apply"}).exit_code, 0);
    EXPECT_EQ(agent.command({"verify"}).exit_code, 0);
    std::string text = agent.audit();
    text.replace(text.find("built"), 5, "BUILT");
    agent.dir().write("audit.ndjson", text);
    const Ended edited = agent.command({"verify"});
    EXPECT_EQ(edited.exit_code, 1);
    EXPECT_THAT(edited.err, HasSubstr("line 1 was edited"));
}

TEST(Commands, NeedASubcommandThatThereIs) {
    AgentUnderTest agent;
    EXPECT_EQ(agent.command({}).exit_code, 2);
    EXPECT_EQ(agent.command({"stop"}).exit_code, 2);
    EXPECT_EQ(agent.command({"--help"}).exit_code, 0);
}

}  // namespace
}  // namespace portcullis::firewall
