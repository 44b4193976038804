#include "base/service_manager.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>

namespace portcullis {
namespace {

// Plays systemd: a datagram socket, and what came to it.
class ServiceManagerTest : public testing::Test {
  protected:
    ServiceManagerTest() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(
            ::bind(systemd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }

    // The text, and the descriptor that came with it.
    std::pair<std::string, Fd> received() {
        std::array<char, 512> text{};
        alignas(cmsghdr) std::array<char, 64> control{};
        iovec part{text.data(), text.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t count = ::recvmsg(systemd.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        Fd fd;
        if (const cmsghdr* header = count < 0 ? nullptr : CMSG_FIRSTHDR(&message)) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header), sizeof number);
            fd.reset(number);
        }
        return {std::string{text.data(), count > 0 ? static_cast<std::size_t>(count) : 0},
                std::move(fd)};
    }

    test::TempDir dir;
    std::filesystem::path path = dir.path() / "notify";
    Fd systemd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

bool same_file(int a, int b) {
    struct stat first {};

    struct stat second {};

    return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_ino == second.st_ino &&
           first.st_dev == second.st_dev;
}

TEST_F(ServiceManagerTest, IsToldStatesAndLeavesNoTraceInTheEnvironment) {
    const ServiceManager manager = ServiceManager::from_environment();
    EXPECT_TRUE(manager.present());
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    ASSERT_TRUE(manager.notify("READY=1\nSTATUS=in sync"));
    EXPECT_EQ(received().first, "READY=1\nSTATUS=in sync");
}

TEST_F(ServiceManagerTest, KeepsACopyOfADescriptorUnderItsName) {
    const ServiceManager manager = ServiceManager::from_environment();
    const Fd file{::open(dir.write("x", "").c_str(), O_RDONLY | O_CLOEXEC)};
    ASSERT_TRUE(manager.keep("owner", file.get()));
    const auto [text, fd] = received();
    EXPECT_EQ(text, "FDSTORE=1\nFDNAME=owner");
    EXPECT_TRUE(same_file(file.get(), fd.get()));
    ASSERT_TRUE(manager.forget("owner"));
    const auto [forgotten, none] = received();
    EXPECT_EQ(forgotten, "FDSTOREREMOVE=1\nFDNAME=owner");
    EXPECT_FALSE(none);
}

TEST_F(ServiceManagerTest, SaysThatNobodyListens) {
    const ServiceManager manager = ServiceManager::from_environment();
    systemd.reset();
    EXPECT_EQ(manager.notify("READY=1").error().text,
              "cannot tell the service manager READY=1: Connection refused");
}

TEST_F(ServiceManagerTest, IsNotThereWithoutItsSocket) {
    ::unsetenv("NOTIFY_SOCKET");
    const ServiceManager manager = ServiceManager::from_environment();
    EXPECT_FALSE(manager.present());
    EXPECT_TRUE(manager.notify("READY=1"));
}

TEST_F(ServiceManagerTest, LeavesDescriptorsThatAreMeantForAnotherProcess) {
    ::setenv("LISTEN_PID", "1", 1);
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_FDNAMES", "owner", 1);
    ServiceManager manager = ServiceManager::from_environment();
    EXPECT_FALSE(manager.take_kept("owner"));
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
}

// Descriptors 3 and up are other things in this process, so a child plays the service.
TEST_F(ServiceManagerTest, HandsBackWhatItKept) {
    const auto first = dir.write("first", "");
    const auto second = dir.write("second", "");
    const pid_t child = ::fork();
    if (child == 0) {
        const int low = ::open(first.c_str(), O_RDONLY);
        const int high = ::open(second.c_str(), O_RDONLY);
        const int a = ::fcntl(low, F_DUPFD, 100);
        const int b = ::fcntl(high, F_DUPFD, 100);
        ::dup2(a, 3);
        ::dup2(b, 4);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "2", 1);
        ::setenv("LISTEN_FDNAMES", "other:owner", 1);
        ServiceManager manager = ServiceManager::from_environment();
        const Fd owner = manager.take_kept("owner");
        const bool right = owner.get() == 4 && same_file(owner.get(), b) &&
                           !manager.take_kept("owner") && manager.take_kept("other").get() == 3;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(ServiceManagerReloading, SaysWhenByTheMonotonicClock) {
    const auto micros = [](std::chrono::steady_clock::time_point time) {
        return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch())
            .count();
    };
    const auto before = micros(std::chrono::steady_clock::now());
    const std::string said = ServiceManager::reloading();
    constexpr std::string_view kHead = "RELOADING=1\nMONOTONIC_USEC=";
    ASSERT_TRUE(said.starts_with(kHead)) << said;
    const auto told = std::stoll(said.substr(kHead.size()));
    EXPECT_GE(told, before);
    EXPECT_LE(told, micros(std::chrono::steady_clock::now()));
}

}  // namespace
}  // namespace portcullis
