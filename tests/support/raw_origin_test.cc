#include "tests/support/raw_origin.h"

#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <poll.h>

namespace portcullis::test {
namespace {

TEST(RawOrigin, AnswersEveryRequestOfAConnectionAndRemembersThem) {
    const RawOrigin origin{always(answer("ok"))};
    RawClient client = RawClient::plain(origin.port());
    for (int i = 0; i < 2; ++i) {
        client.send("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
        EXPECT_EQ(client.read_until("ok"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
    const std::string request = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
    EXPECT_EQ(origin.received(), std::vector<std::string>{request + request});
    EXPECT_EQ(origin.connections(), 1);
}

TEST(RawOrigin, SendsSlowly) {
    const RawOrigin origin{[](auto& connection) { connection.send_slowly("slow", 1, 15ms); }};
    RawClient client = RawClient::plain(origin.port());
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(client.read_to_end(), "slow");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 45ms);
}

TEST(RawOrigin, HangsUntilTheOtherSideOrTheTestIsOver) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    RawClient client = RawClient::plain(origin.port());
    client.send("anyone?");
    EXPECT_EQ(client.read_to_end(60ms), "");
    EXPECT_EQ(client.end(), End::open);
}

TEST(RefusingPort, RefusesAtOnce) {
    const RefusingPort refusing;
    EXPECT_EQ(RawClient::plain(refusing.port()).error(), "Connection refused");
}

TEST(SilentPort, NeverAnswersASyn) {
    const SilentPort silent;
    const Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(silent.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_NE(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(errno, EINPROGRESS);
    pollfd entry{socket.get(), POLLOUT, 0};
    EXPECT_EQ(::poll(&entry, 1, 100), 0);
}

}  // namespace
}  // namespace portcullis::test
