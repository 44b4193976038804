// Shells and interpreters play the new program.
#include "proxy/upgrade/successor.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <optional>

namespace portcullis::upgrade {
namespace {

using namespace std::chrono_literals;

constexpr const char* kServes =
    "import os, socket\n"
    "door = socket.socket(fileno=int(os.environ['PORTCULLIS_HANDOVER']))\n"
    "assert os.environ['SAID'] == 'so'\n"
    "assert sorted(os.listdir('/proc/self/fd'))[:4] == ['0', '1', '2', '3']\n"
    "assert len(os.listdir('/proc/self/fd')) == 5, 'one is the folder itself'\n"
    "assert door.recv(4096).startswith(b'portcullis handover 2')\n"
    "door.send(b'ready')\n"
    "door.recv(4096)\n";

class SuccessorTest : public testing::Test {
  protected:
    SuccessorTest() { parcel.keys = tls::TicketKeys::fresh(); }

    // What became of it; empty when it serves.
    std::string word_of(std::vector<std::string> arguments, Duration patience = 60s) {
        std::optional<Result<void>> word;
        auto started = Successor::start(
            io, starter({std::move(arguments), {"SAID=so"}}), parcel,
            [&](const Result<void>& said) {
                word = said;
                io.stop();
            },
            patience);
        if (!started) {
            return started.error().text;
        }
        successor = std::move(*started);
        io.run_for(60s);
        io.restart();
        return !word ? "it said nothing" : *word ? "" : word->error().text;
    }

    boost::asio::io_context io{1};
    Parcel parcel;
    std::unique_ptr<Successor> successor;
};

TEST_F(SuccessorTest, ServesOnceItSaysSoAndThenLivesOn) {
    EXPECT_EQ(word_of({"python3", "-c", kServes}), "");
    const pid_t pid = successor->pid();
    EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), 0) << "it lives";
    successor.reset();
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "at the end of its own script";
}

TEST_F(SuccessorTest, MayEndBeforeItServes) {
    EXPECT_EQ(word_of({"sh", "-c", "exit 3"}),
              "the new process ended with exit code 3 before it served");
    EXPECT_EQ(word_of({"sh", "-c", "kill -9 $$"}),
              "the new process was ended by signal 9 before it served");
}

TEST_F(SuccessorTest, IsEndedWhenItTakesTooLong) {
    EXPECT_EQ(word_of({"sleep", "1000"}, 100ms), "the new process did not serve within 100ms");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "nothing is left of it";
}

TEST_F(SuccessorTest, IsEndedWithItsObject) {
    auto started = Successor::start(io, starter({{"sleep", "1000"}, {}}), parcel,
                                    [](const Result<void>&) { FAIL(); });
    ASSERT_TRUE(started);
    started->reset();
    io.run_for(1s);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(SuccessorTest, CannotBeAProgramThatIsNotThere) {
    EXPECT_EQ(word_of({"/nowhere/portcullis-proxy"}),
              "cannot start /nowhere/portcullis-proxy: No such file or directory");
}

TEST(OwnArguments, BeginWithTheProgram) {
    const auto arguments = own_arguments();
    ASSERT_FALSE(arguments.empty());
    EXPECT_TRUE(arguments.front().ends_with("upgrade_test"));
}

}  // namespace
}  // namespace portcullis::upgrade
