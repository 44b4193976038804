#include "base/heartbeat.h"

#include "base/fd.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

// As systemd listens.
class HeartbeatTest : public testing::Test {
  protected:
    HeartbeatTest() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }

    ~HeartbeatTest() override { ::unsetenv("NOTIFY_SOCKET"); }

    // How many messages have come; all say the same.
    int beats() {
        int count = 0;
        std::array<char, 100> text{};
        for (ssize_t size = 0;
             (size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT)) > 0; ++count) {
            EXPECT_EQ(std::string_view(text.data(), static_cast<std::size_t>(size)), "WATCHDOG=1");
        }
        return count;
    }

    test::TempDir dir_;
    const std::string path_ = dir_.path() / "notify";
    const Fd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    boost::asio::io_context io_{1};
};

TEST_F(HeartbeatTest, GoesOnWhileTheLoopTurnsAndNotLonger) {
    ::setenv("WATCHDOG_USEC", "40000", 1);
    const ServiceManager manager = ServiceManager::from_environment();
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
    EXPECT_EQ(manager.environment(),
              (std::vector<std::string>{"NOTIFY_SOCKET=" + path_, "WATCHDOG_USEC=40000"}));
    Heartbeat heartbeat{io_, manager};
    heartbeat.start();
    EXPECT_EQ(beats(), 1);
    while (beats() == 0) {
        io_.run_one();
    }
    EXPECT_EQ(beats(), 0) << "the loop does not turn";
}

TEST_F(HeartbeatTest, IsSilentWhenNobodyWatchesThisProcess) {
    const ServiceManager without = ServiceManager::from_environment();
    Heartbeat{io_, without}.start();
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "40000", 1);
    ::setenv("WATCHDOG_PID", "1", 1);
    const ServiceManager other = ServiceManager::from_environment();
    Heartbeat{io_, other}.start();
    EXPECT_EQ(beats(), 0);
    EXPECT_EQ(io_.poll(), 0U);
}

}  // namespace
}  // namespace portcullis
