#include "proxy/upgrade/spawn.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>

namespace portcullis::upgrade {
namespace {

// What the program writes to the first descriptor that it is handed.
std::string told_by(const Command& command) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
    const Fd out{pipe[0]};
    Fd in{pipe[1]};
    // The second one stands where the first one is to be: neither may be lost.
    const std::array fds{in.get(), out.get()};
    const auto pid = spawn(command, fds);
    EXPECT_TRUE(pid) << pid.error().text;
    in.reset();
    std::string text;
    std::array<char, 512> bytes{};
    for (ssize_t size = 0; (size = ::read(out.get(), bytes.data(), bytes.size())) > 0;) {
        text.append(bytes.data(), static_cast<std::size_t>(size));
    }
    int status = 0;
    EXPECT_EQ(::waitpid(*pid, &status, 0), *pid);
    EXPECT_EQ(status, 0);
    return text;
}

std::string told(const std::string& script, const std::vector<std::string>& environment = {}) {
    return told_by({{"sh", "-c", script}, environment});
}

TEST(Spawn, HandsOverTheDescriptorsInOrderAndNoOther) {
    EXPECT_EQ(told("for n in 3 4 5 6 7; do [ -e /proc/self/fd/$n ] && echo $n >&3; done; true"),
              "3\n4\n");
}

TEST(Spawn, PutsItsOwnVariablesInPlaceOfOurs) {
    ::setenv("PORTCULLIS_TEST_A", "ours", 1);
    ::setenv("PORTCULLIS_TEST_B", "ours", 1);
    EXPECT_EQ(told("echo $PORTCULLIS_TEST_A $PORTCULLIS_TEST_B >&3", {"PORTCULLIS_TEST_A=theirs"}),
              "theirs ours\n");
}

// SIGHUP, SIGUSR1 and SIGUSR2 are 1, 10 and 12: the bits 0, 9 and 11. No other one. Without a
// shell, which releases all.
TEST(Spawn, HoldsTheSignalsThatAProgramReleasesWhenItIsReady) {
    const std::string facts =
        told_by({{"dd", "status=none", "if=/proc/self/status", "of=/dev/fd/3"}, {}});
    EXPECT_NE(facts.find("\nSigBlk:\t0000000000000a01\n"), std::string::npos) << facts;
}

TEST(Spawn, SaysThatThereIsNoSuchProgram) {
    EXPECT_EQ(spawn({{"no-such-program"}, {}}, {}).error().text,
              "cannot start no-such-program: No such file or directory");
}

TEST(TakeHanded, TakesADescriptorOnceByItsVariable) {
    const int fd = ::open("/dev/null", O_RDONLY);
    ::setenv("PORTCULLIS_TEST_FD", std::to_string(fd).c_str(), 1);
    const auto taken = take_handed("PORTCULLIS_TEST_FD");
    EXPECT_EQ(taken.value().get(), fd);
    EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
    EXPECT_FALSE(take_handed("PORTCULLIS_TEST_FD").value());
    ::setenv("PORTCULLIS_TEST_FD", "nonsense", 1);
    EXPECT_EQ(take_handed("PORTCULLIS_TEST_FD").error().text,
              "PORTCULLIS_TEST_FD names no descriptor");
}

}  // namespace
}  // namespace portcullis::upgrade
