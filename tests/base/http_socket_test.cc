#include "base/http_socket.h"

#include "base/fd.h"
#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <fcntl.h>

namespace portcullis {
namespace {

class HttpSocketTest : public testing::Test {
  protected:
    Result<std::unique_ptr<HttpSocket>> listen() {
        return HttpSocket::listen(
            io, "admin.socket", path,
            [this](const HttpRequest& request) {
                ++requests;
                peer = request.peer;
                return HttpReply{request.target == "/lost" ? 404U : 200U,
                                 std::string{request.method} + " " + std::string{request.target} +
                                     " " + std::string{request.body},
                                 "text/test"};
            },
            1000);
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

    Result<std::unique_ptr<HttpSocket>> adopt(Fd socket) {
        return HttpSocket::adopt(io, std::move(socket), path, [](const HttpRequest&) {
            return HttpReply{200U, "adopted", "text/test"};
        });
    }

    test::TempDir dir;
    std::filesystem::path path = dir.path() / "admin.sock";
    boost::asio::io_context io{1};
    int requests = 0;
    Peer peer;
};

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST_F(HttpSocketTest, AnswersWhatItsHandlerSays) {
    const auto socket = listen().value();
    const std::string answer = get("/status");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("Content-Type: text/test\r\n"), std::string::npos);
    EXPECT_EQ(body_of(answer), "GET /status ");
    EXPECT_TRUE(get("/lost").starts_with("HTTP/1.1 404 "));
    EXPECT_EQ(requests, 2) << "one call for each request";
}

TEST_F(HttpSocketTest, HandsOverABodyUpToItsLimit) {
    const auto socket = listen().value();
    const auto post = [this](std::size_t bytes) {
        return ask("POST /ban HTTP/1.1\r\nHost: admin\r\nContent-Length: " + std::to_string(bytes) +
                   "\r\n\r\n" + std::string(bytes, 'x'));
    };
    EXPECT_EQ(body_of(post(1000)), "POST /ban " + std::string(1000, 'x'));
    EXPECT_EQ(post(1001), "");
    EXPECT_EQ(requests, 1);
}

TEST_F(HttpSocketTest, KnowsWhoAsks) {
    const auto socket = listen().value();
    get("/status");
    EXPECT_EQ(peer.pid, ::getpid());
    EXPECT_EQ(peer.uid, ::getuid());
}

TEST_F(HttpSocketTest, ClosesOnWhatIsNoRequest) {
    const auto socket = listen().value();
    EXPECT_EQ(ask("\x16\x03\x01 hello\r\n\r\n"), "");
    EXPECT_EQ(ask("GET /status HTTP/1.1\r\nX: " + std::string(20'000, 'x')), "");
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 ")) << "and goes on";
}

TEST_F(HttpSocketTest, IsForItsUserAndGroupOnlyAndGoneAtTheEnd) {
    auto socket = listen().value();

    struct stat status {};

    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    socket.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HttpSocketTest, ReplacesTheSocketOfADeadProcess) {
    {
        const Fd dead{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
    }
    ASSERT_TRUE(std::filesystem::is_socket(path));
    const auto socket = listen();
    ASSERT_TRUE(socket) << socket.error().text;
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpSocketTest, LeavesALiveSocketToItsOwner) {
    const auto first = listen().value();
    const auto second = listen();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().text, "admin.socket: another process listens at " + path.string());
    EXPECT_TRUE(get("/status").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpSocketTest, NeverRemovesAFileThatIsNoSocket) {
    dir.write("admin.sock", "precious");
    const auto socket = listen();
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().text,
              "admin.socket: cannot listen at " + path.string() + ": Address already in use");
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(read_file(path).value(), "precious");
}

TEST_F(HttpSocketTest, SaysThatItsPathIsTooLong) {
    path = dir.path() / std::string(120, 'x');
    const auto socket = listen();
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().text, "admin.socket: " + path.string() +
                                       " is longer than the 107 bytes that a socket's path may "
                                       "have");
}

// That is when somebody wants to look.
TEST_F(HttpSocketTest, GoesOnAfterDescriptorsRanOut) {
    const auto socket = listen().value();
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

TEST_F(HttpSocketTest, IsHandedOverWithWhatWaitsInItsQueue) {
    auto before = listen().value();
    auto after = adopt(before->copy()).value();
    before->let_go();
    const Fd early = connect();
    before.reset();
    EXPECT_TRUE(std::filesystem::exists(path)) << "it is another's now";
    constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: admin\r\n\r\n";
    ::send(early.get(), kGet.data(), kGet.size(), MSG_NOSIGNAL);
    EXPECT_TRUE(answer_on(early).ends_with("adopted"));
    EXPECT_TRUE(get("/").ends_with("adopted"));
    EXPECT_EQ(requests, 0);
    after.reset();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(HttpSocketTest, CannotAdoptWhatIsNoSocket) {
    EXPECT_FALSE(adopt(Fd{}));
}

}  // namespace
}  // namespace portcullis
