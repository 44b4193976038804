// Shells and interpreters play the proxy.
#include "proxy/keeper/keeper.h"

#include "base/signals.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

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

TEST(Keeper, DoesNotStartWithoutItsOverlay) {
    OverlayConfig nowhere;
    nowhere.netns = "/nonexistent/netns";
    EXPECT_EQ((Keeper{{"true"}, "none.yaml", nowhere}.run()), 1);
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
