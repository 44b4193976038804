// ./quickstart as a newcomer runs it, with the programs of this build: its commands do what it says
// they do, and at its end nothing of it is left. /run is a private one here, so a quickstart on
// this machine is not disturbed.
#include "tests/support/process.h"
#include "tests/support/process_facts.h"

#include <gtest/gtest.h>

#include <net/if.h>
#include <sys/mount.h>

#include <cstdlib>
#include <filesystem>
#include <sched.h>
#include <signal.h>
#include <sstream>

namespace portcullis::test {
namespace {

const std::filesystem::path kFolder = "/run/portcullis-quickstart";
constexpr Timeout kLong =
    60s;  // certificates, three programs, one of them sanitized, on a busy machine

Command quickstart(const std::vector<std::string>& arguments = {}) {
    Command command{.argv = {source("quickstart")},
                    .environment = {{"PORTCULLIS_BUILD_DIR", PORTCULLIS_BUILD_DIR}}};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return command;
}

class Quickstart : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(::mount("none", "/run", "tmpfs", 0, nullptr), 0);
    }

    // The printed commands, in their order.
    static std::vector<std::string> commands(const std::string& said) {
        std::vector<std::string> result;
        std::istringstream lines{said};
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("  curl ")) {
                result.push_back(line);
            }
        }
        return result;
    }

    static void expect_the_commands_do_what_they_say(const std::string& said) {
        const std::vector<std::string> printed = commands(said);
        ASSERT_EQ(printed.size(), 5U) << said;
        const auto answer = [&](std::size_t i) {
            return run({.argv = {"sh", "-c", printed[i]}}).out;
        };
        const std::string pages = answer(0);
        EXPECT_NE(pages.find("answered by amber"), std::string::npos) << pages;
        EXPECT_NE(pages.find("answered by indigo"), std::string::npos) << pages;
        EXPECT_NE(answer(1).find("POST /orders on api.test, 6 bytes"), std::string::npos)
            << answer(1);
        EXPECT_NE(answer(2).find("GET / on north.clinic.test, 0 bytes"), std::string::npos)
            << answer(2);
        EXPECT_TRUE(answer(3).starts_with("HTTP/2 421 ")) << answer(3);
        EXPECT_TRUE(answer(4).starts_with("HTTP/1.1 400 ")) << answer(4);
    }

    // As printed, and as a connection tells.
    static void expect_the_wall_stands(const std::string& said) {
        for (const std::string row :
             {"  18081/tcp   nginx                     answers           silent\n",
              "  18082/tcp   nginx                     answers           silent\n",
              "  443/tcp     portcullis-proxy          answers           answers\n"}) {
            EXPECT_NE(said.find(row), std::string::npos) << row << said;
        }
        constexpr int kCurlTimedOut = 28;
        EXPECT_EQ(run({.argv = {"curl", "-s", "-m", "2", "http://198.18.0.2:18081/"}}).exit_code,
                  kCurlTimedOut);
    }

    static void expect_nothing_is_left(const std::vector<pid_t>& started = {}) {
        EXPECT_FALSE(std::filesystem::exists(kFolder));
        EXPECT_FALSE(std::filesystem::exists("/run/portcullis-quickstart.lock"));
        EXPECT_FALSE(std::filesystem::exists("/run/netns/portcullis-quickstart"));
        EXPECT_EQ(::if_nametoindex("pcqs-host"), 0U);
        for (const pid_t pid : started) {
            EXPECT_EQ(command_line(pid), "");
        }
    }
};

TEST_F(Quickstart, ServesInANamespaceOfItsOwnAndLeavesNothing) {
    Process process{quickstart()};
    ASSERT_TRUE(process.says("requests/s", kLong)) << process.out() << process.err();
    EXPECT_NE(::if_nametoindex("pcqs-host"), 0U);
    const std::vector<pid_t> started = children(process.pid());
    EXPECT_EQ(started.size(), 5U);  // two origins, the proxy, the wall, the status line
    expect_the_wall_stands(process.out());
    expect_the_commands_do_what_they_say(process.out());
    EXPECT_TRUE(process.says("5 requests"));

    const Ended second = run(quickstart(), kLong);
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_EQ(second.err, "quickstart: it is running already; stop that one with Ctrl-C first\n");

    process.signal(SIGINT);
    EXPECT_EQ(process.wait(kLong), 0) << process.err();
    EXPECT_EQ(process.err(), "");
    expect_nothing_is_left(started);
}

TEST_F(Quickstart, ServesOnTheMachineItselfWhenAsked) {
    Process process{quickstart({"--host"})};
    ASSERT_TRUE(process.says("requests/s", kLong)) << process.out() << process.err();
    EXPECT_EQ(::if_nametoindex("pcqs-host"), 0U);
    const std::vector<pid_t> started = children(process.pid());
    EXPECT_EQ(started.size(), 4U);  // two origins, the proxy, the status line
    expect_the_commands_do_what_they_say(process.out());
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(kLong), 0) << process.err();
    expect_nothing_is_left(started);
}

TEST_F(Quickstart, SaysThatPort443IsTaken) {
    Process other{{.argv = {"python3", "-m", "http.server", "443", "--bind", "127.0.0.1"}}};
    ASSERT_TRUE(eventually([] {
        return run({.argv = {"curl", "-s", "http://127.0.0.1:443/"}}).exit_code == 0;
    }));
    const Ended ended = run(quickstart({"--host"}), kLong);
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(
        ended.err,
        "quickstart: port 443 of this machine is taken; try sudo ./quickstart without --host\n");
    expect_nothing_is_left();
}

TEST_F(Quickstart, SaysThatItNeedsRoot) {
    const Ended ended =
        run({.argv = {"setpriv", "--reuid", "65534", "bash", source("quickstart")}});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_EQ(ended.err,
              "quickstart: it needs root, for port 443 and for a network of its own: sudo "
              "./quickstart\n");
}

// A machine on which nothing is installed and apt knows of nothing.
TEST_F(Quickstart, SaysWhichPackageCannotBeInstalled) {
    const TempDir dir;
    for (const char* name : {"dpkg-query", "apt-get", "apt-cache"}) {
        std::filesystem::permissions(dir.write(name, "#!/bin/sh\nexit 1\n"),
                                     std::filesystem::perms::owner_all);
    }
    Command command = quickstart();
    command.environment.emplace_back("PATH", dir.path().string() + ":" + std::getenv("PATH"));
    const Ended ended = run(command, kLong);
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("packages: no package source of this machine has curl\n"),
              std::string::npos)
        << ended.err;
    EXPECT_TRUE(ended.err.ends_with("quickstart: not all packages it needs could be installed\n"))
        << ended.err;
    expect_nothing_is_left();
}

TEST_F(Quickstart, CleansUpWhenAProgramEndsByItself) {
    Process process{quickstart()};
    ASSERT_TRUE(process.says("requests/s", kLong)) << process.out() << process.err();
    const std::vector<pid_t> started = children(process.pid());
    for (const pid_t pid : started) {
        if (command_line(pid).find("portcullis-proxy --config") != std::string::npos) {
            ::kill(pid, SIGKILL);
        }
    }
    EXPECT_EQ(process.wait(kLong), 1);
    EXPECT_NE(process.err().find("quickstart: one of its programs ended by itself"),
              std::string::npos);
    expect_nothing_is_left(started);
}

}  // namespace
}  // namespace portcullis::test
