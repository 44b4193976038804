#include "proxy/keeper/kept.h"

#include "proxy/keeper/message.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <signal.h>
#include <thread>

namespace portcullis::keeper {
namespace {

using namespace std::chrono_literals;

class KeptTest : public testing::Test {
  protected:
    KeptTest() {
        std::array<int, 2> pair{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()), 0);
        keeper = Fd{pair[0]};
        ::setenv(kKeeperVariable, std::to_string(pair[1]).c_str(), 1);
        const int overlay = ::open("/proc/self/ns/net", O_RDONLY);
        ::setenv(kOverlayVariable, std::to_string(overlay).c_str(), 1);
    }

    ~KeptTest() override { ::prctl(PR_SET_PDEATHSIG, 0); }

    Fd keeper;
};

TEST_F(KeptTest, IsNobodyWithoutItsVariables) {
    ASSERT_TRUE(Kept::from_environment());
    EXPECT_EQ(std::getenv(kKeeperVariable), nullptr) << "no program that is started inherits it";
    EXPECT_EQ(Kept::from_environment().value(), nullptr);
    ::setenv(kKeeperVariable, "nonsense", 1);
    EXPECT_EQ(Kept::from_environment().error().text, "PORTCULLIS_KEEPER names no descriptor");
}

TEST_F(KeptTest, EndsWithItsKeeper) {
    const auto kept = Kept::from_environment();
    int signal = 0;
    ::prctl(PR_GET_PDEATHSIG, &signal);
    EXPECT_EQ(signal, SIGTERM);
}

TEST_F(KeptTest, AsksForASuccessorAndLearnsItsProcess) {
    const auto kept = Kept::from_environment();
    std::thread other{[this] {
        const auto request = receive_message(keeper.get(), 10s);
        const bool good = request && request->text == "start" && request->fd;
        (void)send_message(keeper.get(), good ? "4711" : "not asked well");
        (void)receive_message(keeper.get(), 10s);
        (void)send_message(keeper.get(), "overlay: it is gone");
    }};
    EXPECT_EQ((*kept)->start(0).value(), 4711);
    EXPECT_EQ((*kept)->start(0).error().text, "overlay: it is gone");
    other.join();
    keeper.reset();
    EXPECT_FALSE((*kept)->start(0));
}

}  // namespace
}  // namespace portcullis::keeper
