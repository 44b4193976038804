#include "tests/support/process.h"

#include "tests/support/process_facts.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

namespace portcullis::test {
namespace {

TEST(Run, GivesExitCodeOutputAndError) {
    const Ended ended = run({.argv = {"sh", "-c", "cat; echo $WORD >&2; exit 3"},
                             .environment = {{"WORD", "loud"}},
                             .input = "quiet"});
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_EQ(ended.out, "quiet");
    EXPECT_EQ(ended.err, "loud\n");
}

TEST(Run, SaysWhenThereIsNoSuchProgram) {
    EXPECT_EQ(run({.argv = {"/nonexistent/program"}}).exit_code, 127);
}

TEST(Run, KillsWhatDoesNotEndInTime) {
    EXPECT_EQ(run({.argv = {"sleep", "1000"}}, 50ms).exit_code, std::nullopt);
}

TEST(Process, ReportsTheSignalThatEndedIt) {
    Process process{{.argv = {"sleep", "1000"}}};
    EXPECT_TRUE(process.running());
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 128 + SIGTERM);
}

TEST(Process, IsKilledAtTheEndOfItsScope) {
    pid_t pid = 0;
    {
        const Process process{{.argv = {"sleep", "1000"}}};
        pid = process.pid();
    }
    EXPECT_NE(::kill(pid, 0), 0);
}

TEST(Process, WaitsForWordsButNotForAProcessThatIsOver) {
    Process process{{.argv = {"sh", "-c", "sleep 0.05; echo ready; exec sleep 1000"}}};
    EXPECT_TRUE(process.says("ready"));
    EXPECT_FALSE(process.says("never", 50ms));
    Process over{{.argv = {"true"}}};
    EXPECT_FALSE(over.says("never"));
}

TEST(ProcessFacts, AreThoseOfTheKernel) {
    const std::size_t descriptors = open_descriptors(::getpid());
    const int pair = ::dup(0);
    EXPECT_EQ(open_descriptors(::getpid()), descriptors + 1);
    ::close(pair);
    EXPECT_GT(resident_bytes(::getpid()), 100'000U);
    EXPECT_GT(resident_bytes(::getpid()), proportional_bytes(::getpid()));
    const auto before = cpu_time(::getpid());
    EXPECT_TRUE(eventually([&] { return cpu_time(::getpid()) > before; }));
    const Process child{{.argv = {"sleep", "1000"}}};
    EXPECT_EQ(children(::getpid()), std::vector<pid_t>{child.pid()});
    EXPECT_TRUE(eventually([&] { return command_line(child.pid()) == "sleep 1000 "; }));
    EXPECT_THROW(resident_bytes(0), std::runtime_error);
}

}  // namespace
}  // namespace portcullis::test
