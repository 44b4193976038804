#include "firewall/agent/trial.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace std::chrono_literals;

Login login(BootTicks began, const char* ssh = nullptr) {
    return {ssh == nullptr ? std::nullopt : SshConnection::parse(ssh), began};
}

constexpr const char* kFirst = "198.51.100.7 4001 192.0.2.1 22";
constexpr const char* kSecond = "198.51.100.7 4002 192.0.2.1 22";

class TrialTest : public testing::Test {
  protected:
    TrialTest() { trial.begin(start + 60s, login(100, kFirst), 1000); }

    SteadyTime start{};
    Trial trial;
};

TEST_F(TrialTest, IsConfirmedByALoginThatBeganAfterwards) {
    EXPECT_EQ(trial.confirm(start + 59s, login(1001, kSecond)), "");
    EXPECT_EQ(trial.state(), TrialState::confirmed);
    EXPECT_FALSE(trial.take_expired(start + 61s)) << "and stays";
}

TEST_F(TrialTest, IsNotConfirmedByALoginThatWasThereAlready) {
    for (const BootTicks began : {100U, 999U, 1000U}) {
        EXPECT_EQ(
            trial.confirm(start, login(began, kSecond)),
            "this login began before the program was applied, so it proves nothing; log in anew "
            "and confirm there");
    }
    EXPECT_EQ(trial.state(), TrialState::running);
}

TEST_F(TrialTest, IsNotConfirmedByANewShellInTheOldConnection) {
    EXPECT_EQ(trial.confirm(start, login(1001, kFirst)),
              "this comes over the connection from which the program was applied, which was made "
              "before it; confirm from a new one");
}

TEST_F(TrialTest, IsConfirmedAtANewConsole) {
    EXPECT_NE(trial.confirm(start, login(1000)), "");
    EXPECT_EQ(trial.confirm(start, login(1001)), "");
}

TEST_F(TrialTest, ExpiresOnceAtItsDeadline) {
    EXPECT_FALSE(trial.take_expired(start + 60s - 1ns));
    EXPECT_EQ(trial.confirm(start + 60s, login(1001, kSecond)), "the time to confirm is over");
    EXPECT_TRUE(trial.take_expired(start + 60s));
    EXPECT_FALSE(trial.take_expired(start + 60s));
    EXPECT_EQ(trial.state(), TrialState::rolled_back);
    EXPECT_EQ(trial.confirm(start + 60s, login(1001, kSecond)), "nothing waits to be confirmed");
}

TEST_F(TrialTest, CanBeRevokedAtOnceAndOnce) {
    EXPECT_TRUE(trial.take_revoked());
    EXPECT_FALSE(trial.take_revoked());
}

TEST_F(TrialTest, StartsAnewWhenAnotherProgramIsApplied) {
    EXPECT_EQ(trial.confirm(start, login(1001, kSecond)), "");
    trial.begin(start + 120s, login(1001, kSecond), 2000);
    EXPECT_EQ(trial.state(), TrialState::running);
    EXPECT_NE(trial.confirm(start, login(1001, kSecond)), "");
}

TEST(Trial, BeginsWithNothing) {
    Trial trial;
    EXPECT_EQ(trial.confirm({}, login(1)), "nothing waits to be confirmed");
    EXPECT_FALSE(trial.take_expired(SteadyTime::max()));
    EXPECT_EQ(name(trial.state()), "none");
}

}  // namespace
}  // namespace portcullis::firewall
