#include "proxy/stream/listen.h"

#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

#include <netinet/tcp.h>

#include <cerrno>
#include <fcntl.h>

namespace portcullis::stream {
namespace {

SocketAddress bound_to(const Fd& fd) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    return SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage));
}

const IpAddress kLoopback = IpAddress::parse("127.0.0.1").value();

TEST(Listen, TakesBothFamiliesOnTheUnspecifiedAddress) {
    const Fd listener = listen_on({IpAddress{}, 0}).value();
    const auto port = bound_to(listener).port;
    for (const std::string address : {"127.0.0.1", "::1"}) {
        const auto client = test::RawClient::plain(port, address);
        ASSERT_TRUE(client.connected()) << address << ": " << client.error();
        const auto accepted = accept_next(listener.get());
        ASSERT_TRUE(accepted) << address;
        EXPECT_EQ(accepted->from.address, IpAddress::parse(address).value());
    }
}

TEST(Listen, AcceptsWithoutBlocking) {
    const Fd listener = listen_on({kLoopback, 0}).value();
    errno = 0;
    EXPECT_FALSE(accept_next(listener.get()));
    EXPECT_EQ(errno, EAGAIN);
    const auto client = test::RawClient::plain(bound_to(listener).port);
    const auto accepted = accept_next(listener.get());
    ASSERT_TRUE(accepted);
    EXPECT_NE(::fcntl(accepted->fd.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(accepted->fd.get(), F_GETFD) & FD_CLOEXEC, 0);
}

// A client that vanishes without a word must not hold a silent stream for ever.
TEST(Listen, AsksSilentClientsWhetherTheyAreThere) {
    const Fd listener = listen_on({kLoopback, 0}).value();
    const auto client = test::RawClient::plain(bound_to(listener).port);
    const auto accepted = accept_next(listener.get());
    ASSERT_TRUE(accepted);
    const auto option = [&](int level, int name) {
        int value = 0;
        socklen_t length = sizeof value;
        EXPECT_EQ(::getsockopt(accepted->fd.get(), level, name, &value, &length), 0);
        return value;
    };
    EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 120);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 15);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 4);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
}

TEST(Listen, TheWorkersOfOneProcessShareAPort) {
    const Fd first = listen_on({kLoopback, 0}).value();
    EXPECT_TRUE(listen_on(bound_to(first)));
}

TEST(Listen, SaysThatAnotherListensThere) {
    const Fd first = listen_on({kLoopback, 0}).value();
    const SocketAddress taken = bound_to(first);
    const auto checked = check_free(taken);
    ASSERT_FALSE(checked) << "SO_REUSEPORT would let two share it without a word";
    EXPECT_EQ(checked.error().text, "port " + std::to_string(taken.port) +
                                        " on 127.0.0.1 is taken by another process ('ss -ltnp' "
                                        "shows which)");
}

TEST(Listen, AFreePortIsFreeAndStaysSo) {
    const SocketAddress free = bound_to(listen_on({kLoopback, 0}).value());
    EXPECT_TRUE(check_free(free));
    EXPECT_TRUE(check_free(free)) << "looking takes nothing";
    EXPECT_TRUE(listen_on(free));
}

TEST(Listen, SaysWhyAnAddressCannotBeListenedOn) {
    const auto elsewhere = listen_on({IpAddress::parse("192.0.2.1").value(), 0});
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().text,
              "cannot listen on 192.0.2.1:0: Cannot assign requested address");
}

}  // namespace
}  // namespace portcullis::stream
