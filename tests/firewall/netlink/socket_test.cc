#include "firewall/netlink/socket.h"

#include <gtest/gtest.h>

#include <linux/netlink.h>
#include <sys/socket.h>

#include <fcntl.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

TEST(Socket, HasAPortAndIsNotInherited) {
    Answer<Socket> socket = Socket::open();
    ASSERT_TRUE(socket) << socket.error().text;
    EXPECT_NE(socket->port(), 0U);
    EXPECT_NE(::fcntl(socket->fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Socket, IsAdoptedWithTheSamePort) {
    Answer<Socket> first = Socket::open();
    ASSERT_TRUE(first);
    const std::uint32_t port = first->port();
    const Answer<Socket> second = Socket::adopt(first->take_fd());
    ASSERT_TRUE(second) << second.error().text;
    EXPECT_EQ(second->port(), port);
}

TEST(Socket, AdoptsNothingElse) {
    int pair[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
    const Fd other{pair[1]};
    EXPECT_FALSE(Socket::adopt(Fd{pair[0]}));
    EXPECT_FALSE(Socket::adopt(Fd{}));
    EXPECT_FALSE(Socket::adopt(Fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}));
    EXPECT_FALSE(Socket::adopt(Fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)}));
}

TEST(Socket, HasNothingToReceiveUnasked) {
    Answer<Socket> socket = Socket::open();
    ASSERT_TRUE(socket);
    const Answer<Datagram> datagram = socket->try_receive();
    ASSERT_TRUE(datagram);
    EXPECT_TRUE(datagram->empty());
}

}  // namespace
}  // namespace portcullis::firewall
