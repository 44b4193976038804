#include "proxy/admin.h"

#include "base/fd.h"
#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <fcntl.h>

namespace portcullis {
namespace {

class AdminTest : public testing::Test {
  protected:
    Result<std::unique_ptr<Admin>> listen() {
        return Admin::listen(io, path, [this] {
            ++readings;
            return observe::Reading{{&counters}, 42, 0, 0, 0};
        });
    }

    [[nodiscard]] Fd connect() const {
        Fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            fd.reset();
        }
        return fd;
    }

    // Everything until the admin socket closes.
    std::string answer_on(const Fd& fd) {
        std::string all;
        bool over = false;
        EXPECT_TRUE(test::eventually([&] {
            io.restart();
            io.poll();
            std::array<char, 65536> bytes{};
            const ssize_t count = ::recv(fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
            all.append(bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
            over = count == 0 || (count < 0 && errno != EAGAIN);
            return over;
        }));
        return all;
    }

    std::string ask(std::string_view request) {
        const Fd fd = connect();
        ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
        return answer_on(fd);
    }

    std::string get(std::string_view target) {
        return ask("GET " + std::string{target} + " HTTP/1.1\r\nHost: admin\r\n\r\n");
    }

    test::TempDir dir;
    std::filesystem::path path = dir.path() / "admin.sock";
    boost::asio::io_context io{1};
    observe::Counters counters;
    int readings = 0;
};

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST_F(AdminTest, AnswersStatusAndMetrics) {
    counters.add(observe::Count::requests, 4711);
    const auto admin = listen().value();
    const std::string status = get("/status");
    EXPECT_TRUE(status.starts_with("HTTP/1.1 200 OK\r\n")) << status;
    EXPECT_NE(status.find("Content-Type: application/json\r\n"), std::string::npos);
    const auto object = boost::json::parse(body_of(status)).as_object();
    EXPECT_EQ(object.at("requests_total"), 4711);
    EXPECT_EQ(object.at("uptime_seconds"), 42);
    const std::string metrics = get("/metrics");
    EXPECT_TRUE(metrics.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_NE(metrics.find("Content-Type: text/plain; version=0.0.4\r\n"), std::string::npos);
    EXPECT_NE(metrics.find("\nportcullis_requests_total 4711\n"), std::string::npos);
    EXPECT_EQ(readings, 2) << "one for each request";
}

TEST_F(AdminTest, IsReadOnlyAndSaysWhatThereIs) {
    const auto admin = listen().value();
    EXPECT_TRUE(get("/").starts_with("HTTP/1.1 404 "));
    EXPECT_NE(get("/stop").find("There are /status and /metrics."), std::string::npos);
    EXPECT_TRUE(ask("DELETE /status HTTP/1.1\r\nHost: admin\r\n\r\n").starts_with("HTTP/1.1 405 "));
    EXPECT_EQ(readings, 0);
}

TEST_F(AdminTest, ClosesOnWhatIsNoRequest) {
    const auto admin = listen().value();
    EXPECT_EQ(ask("\x16\x03\x01 hello\r\n\r\n"), "");
    EXPECT_EQ(ask("GET /status HTTP/1.1\r\nX: " + std::string(20'000, 'x')), "");
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 ")) << "and goes on";
}

TEST_F(AdminTest, IsForItsUserAndGroupOnlyAndGoneAtTheEnd) {
    auto admin = listen().value();

    struct stat status {};

    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    admin.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(AdminTest, ReplacesTheSocketOfADeadProcess) {
    {
        const Fd dead{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
    }
    ASSERT_TRUE(std::filesystem::is_socket(path));
    const auto admin = listen();
    ASSERT_TRUE(admin) << admin.error().text;
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 "));
}

TEST_F(AdminTest, LeavesALiveSocketToItsOwner) {
    const auto first = listen().value();
    const auto second = listen();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().text, "admin.socket: another process listens at " + path.string());
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 "));
}

TEST_F(AdminTest, NeverRemovesAFileThatIsNoSocket) {
    dir.write("admin.sock", "precious");
    const auto admin = listen();
    ASSERT_FALSE(admin);
    EXPECT_EQ(admin.error().text,
              "admin.socket: cannot listen at " + path.string() + ": Address already in use");
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(read_file(path).value(), "precious");
}

TEST_F(AdminTest, SaysThatItsPathIsTooLong) {
    path = dir.path() / std::string(120, 'x');
    const auto admin = listen();
    ASSERT_FALSE(admin);
    EXPECT_EQ(admin.error().text, "admin.socket: " + path.string() +
                                      " is longer than the 107 bytes that a socket's path may "
                                      "have");
}

// That is when somebody wants to look.
TEST_F(AdminTest, GoesOnAfterDescriptorsRanOut) {
    const auto admin = listen().value();
    const Fd client = connect();
    ASSERT_TRUE(client);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{static_cast<rlim_t>(client.get() + 1), before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    std::vector<Fd> holes;
    for (Fd hole; (hole = Fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)});) {
        holes.push_back(std::move(hole));
    }
    io.restart();
    io.poll();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    const std::string_view request = "GET /status HTTP/1.1\r\nHost: admin\r\n\r\n";
    ::send(client.get(), request.data(), request.size(), MSG_NOSIGNAL);
    EXPECT_TRUE(answer_on(client).starts_with("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace portcullis
