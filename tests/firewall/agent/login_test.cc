#include "firewall/agent/login.h"

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace portcullis::firewall {
namespace {

// A /proc of our own making.
class LoginTest : public testing::Test {
  protected:
    void process(int pid, int parent, int began, const std::string& environment = "") const {
        const std::string folder = std::to_string(pid);
        proc.write(folder + "/stat", folder + " (a) b) S " + std::to_string(parent) +
                                         " 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 " +
                                         std::to_string(began) + " 23\n");
        proc.write(folder + "/environ", environment);
    }

    [[nodiscard]] Login login(int pid) const { return login_of(pid, proc.path()).value(); }

    static std::string variable(const std::string& client) {
        return std::string{"A=b\0", 4} + "SSH_CONNECTION=" + client + " 192.0.2.1 22" + '\0';
    }

    test::TempDir proc;
};

TEST_F(LoginTest, IsTheShellUnderSshdAlsoBehindSudo) {
    process(10, 1, 100);                                  // sshd
    process(20, 10, 500);                                 // its child for this connection
    process(30, 20, 501, variable("198.51.100.7 4001"));  // the shell
    process(40, 30, 900);                                 // sudo
    process(50, 40, 901);                                 // what asks
    const Login found = login(50);
    EXPECT_EQ(found.ssh.value().client.text(), "198.51.100.7:4001");
    EXPECT_EQ(found.ssh.value().server.text(), "192.0.2.1:22");
    EXPECT_EQ(found.began, 501U) << "when the shell began, not sudo";
}

TEST_F(LoginTest, OfATerminalMultiplexerIsTheOneThatStartedIt) {
    process(30, 1, 501,
            variable("198.51.100.7 4001"));  // the multiplexer, left behind by its login
    process(40, 30, 900, variable("198.51.100.7 4001"));
    EXPECT_EQ(login(40).began, 501U);
}

TEST_F(LoginTest, OfAConsoleIsTheOutermostProcessBelowInit) {
    process(10, 1, 300);
    process(20, 10, 400);
    EXPECT_FALSE(login(20).ssh);
    EXPECT_EQ(login(20).began, 300U);
}

TEST_F(LoginTest, IsAFailureWhereTheProcessCannotBeSeen) {
    EXPECT_FALSE(login_of(77, proc.path()));
    EXPECT_EQ(login_of(0, proc.path()).error().text,
              "the process that asks cannot be seen from here");
    process(10, 1, 300);
    proc.write("10/stat", "10 (short) S 1");
    EXPECT_EQ(login_of(10, proc.path()).error().text,
              "cannot understand " + (proc.path() / "10/stat").string());
}

TEST_F(LoginTest, EndsEvenWhenParentsGoInACircle) {
    process(10, 20, 300);
    process(20, 10, 300);
    EXPECT_EQ(login(10).began, 300U);
}

TEST(Login, OfARealProcessBeganBeforeNow) {
    const Login mine = login_of(::getpid()).value();
    EXPECT_GT(mine.began, 0U);
    EXPECT_LE(mine.began, boot_ticks_now());
}

TEST(SshConnection, IsFourWords) {
    const auto six = SshConnection::parse("fe80::1%eth0 4001 2001:db8::2 22").value();
    EXPECT_EQ(six.client.text(), "[fe80::1]:4001");
    EXPECT_EQ(six.server.text(), "[2001:db8::2]:22");
    for (const char* wrong : {"", "1.2.3.4 1 5.6.7.8", "1.2.3.4 1 5.6.7.8 9 10", "x 1 5.6.7.8 9",
                              "1.2.3.4 0 5.6.7.8 9"}) {
        EXPECT_FALSE(SshConnection::parse(wrong)) << wrong;
    }
}

TEST(DescribeProcess, NamesIt) {
    test::Process sleeper{{.argv = {"sleep", "60"}}};
    EXPECT_TRUE(test::eventually([&] {
        return describe_process(0, sleeper.pid()) ==
               "uid 0 pid " + std::to_string(sleeper.pid()) + " comm sleep";
    }));
    EXPECT_EQ(describe_process(7, 0), "uid 7 pid 0 comm ?");
}

}  // namespace
}  // namespace portcullis::firewall
