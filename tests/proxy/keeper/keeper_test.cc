// Shells and interpreters play the proxy.
#include "proxy/keeper/keeper.h"

#include "base/fd.h"
#include "base/signals.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <unistd.h>

namespace portcullis::keeper {
namespace {

// Asks its keeper for a successor, and ends well once that has said so.
constexpr const char* kProxy = R"(
import array, os, socket
if 'PORTCULLIS_HANDOVER' in os.environ:
    assert os.environ['PORTCULLIS_HANDOVER'] == '5'
    socket.socket(fileno=5).send(b'ready')
    raise SystemExit(0)
assert os.environ['PORTCULLIS_KEEPER'] == '3' and os.environ['PORTCULLIS_OVERLAY'] == '4'
assert os.stat(4).st_ino == os.stat('/proc/self/ns/net').st_ino
keeper = socket.socket(fileno=3)
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
socket.send_fds(keeper, [b'start'], [theirs.fileno()])
assert int(keeper.recv(100)) != os.getpid()
assert ours.recv(100) == b'ready'
)";

Keeper keeper_of(std::vector<std::string> program) {
    OverlayConfig here;
    here.netns = "/proc/self/ns/net";
    return {std::move(program), "none.yaml", here};
}

TEST(Keeper, EndsWithTheStatusOfItsProxy) {
    EXPECT_EQ(keeper_of({"sh", "-c", "exit 7"}).run(), 7);
    EXPECT_EQ(keeper_of({"sh", "-c", "kill -9 $$"}).run(), 128 + SIGKILL);
}

TEST(Keeper, StartsASuccessorForWhoAsks) {
    EXPECT_EQ(keeper_of({"python3", "-c", kProxy}).run(), 0);
}

// A keeper in a process of its own, whose log is read.
class WaitingKeeper {
  public:
    explicit WaitingKeeper(const std::filesystem::path& netns) {
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(pipe[1], STDERR_FILENO);
            OverlayConfig later;
            later.netns = netns;
            ::_exit(Keeper{{"sh", "-c", "exit 7"}, "none.yaml", later}.run());
        }
        ::close(pipe[1]);
        log_ = Fd{pipe[0]};
    }

    [[nodiscard]] pid_t pid() const { return child_; }

    // Returns once it has said so.
    void says(std::string_view words) {
        std::array<char, 512> text{};
        for (std::string said; said.find(words) == std::string::npos;) {
            const ssize_t size = ::read(log_.get(), text.data(), text.size());
            ASSERT_GT(size, 0) << said;
            said.append(text.data(), static_cast<std::size_t>(size));
        }
    }

    [[nodiscard]] int exit_code() const {
        int status = 0;
        EXPECT_EQ(::waitpid(child_, &status, 0), child_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    pid_t child_ = 0;
    Fd log_;
};

TEST(Keeper, WaitsForItsOverlay) {
    const test::TempDir dir;
    WaitingKeeper keeper{dir.path() / "netns"};
    keeper.says("nothing is served until it is there");
    std::filesystem::create_symlink("/proc/self/ns/net", dir.path() / "netns");
    EXPECT_EQ(keeper.exit_code(), 7);
}

TEST(Keeper, EndsWhenToldWhileItWaits) {
    const test::TempDir dir;
    WaitingKeeper keeper{dir.path() / "netns"};
    keeper.says("nothing is served until it is there");
    ::kill(keeper.pid(), SIGTERM);
    EXPECT_EQ(keeper.exit_code(), 0);
}

// The proxy, which is played here by an interpreter, is started with these signals held.
TEST(Keeper, PassesSignalsOn) {
    for (const int signal : {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2}) {
        const std::string number = std::to_string(signal);
        const pid_t child = ::fork();
        if (child == 0) {
            hold_signals({SIGHUP, SIGUSR1, SIGUSR2});
            ::_exit(keeper_of({"python3", "-c",
                               "import os, signal\n"
                               "os.kill(os.getppid(), " +
                                   number +
                                   ")\n"
                                   "signal.pthread_sigmask(signal.SIG_SETMASK, [])\n"
                                   "signal.pause()"})
                        .run());
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 128 + signal);
    }
}

}  // namespace
}  // namespace portcullis::keeper
