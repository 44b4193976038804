#include "base/ask.h"

#include "base/http_socket.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <thread>

namespace portcullis {
namespace {

TEST(Ask, BringsTheBodyThereAndTheAnswerBack) {
    const test::TempDir dir;
    boost::asio::io_context io{1};
    const auto socket = HttpSocket::listen(
                            io, "test", dir.path() / "agent",
                            [](const HttpRequest& request) {
                                return HttpReply{409U, std::string{request.method} + " " +
                                                           std::string{request.target} + " " +
                                                           std::to_string(request.body.size())};
                            },
                            5'000'000)
                            .value();
    std::thread agent{[&] { io.run_for(std::chrono::seconds{20}); }};
    const auto reply = ask(dir.path() / "agent", "POST", "/ban", std::string(4'000'000, 'x'));
    io.stop();
    agent.join();
    ASSERT_TRUE(reply) << reply.error().text;
    EXPECT_EQ(reply->status, 409U);
    EXPECT_EQ(reply->body, "POST /ban 4000000");
}

TEST(Ask, SaysThatNobodyIsThere) {
    EXPECT_EQ(ask("/nonexistent/agent", "GET", "/status").error().text,
              "cannot ask /nonexistent/agent: No such file or directory");
    EXPECT_EQ(ask(std::string(200, 'x'), "GET", "/status").error().text,
              "cannot ask " + std::string(200, 'x') + ": the name is too long for a socket");
}

// It takes the connection and says nothing, as a Docker Engine that hangs.
TEST(Ask, DoesNotWaitForEver) {
    const test::TempDir dir;
    boost::asio::io_context io{1};
    const boost::asio::local::stream_protocol::acceptor silent{io,
                                                               {(dir.path() / "silent").string()}};
    EXPECT_EQ(ask(dir.path() / "silent", "GET", "/", {}, std::chrono::seconds{1}).error().text,
              "cannot ask " + (dir.path() / "silent").string() + ": it does not answer");
}

}  // namespace
}  // namespace portcullis
