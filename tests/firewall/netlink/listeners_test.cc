#include "firewall/netlink/listeners.h"

#include "base/fd.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unistd.h>

namespace portcullis::firewall {
namespace {

Fd listen_on(const char* text, std::uint16_t port) {
    sockaddr_storage storage{};
    const socklen_t length = SocketAddress{IpAddress::parse(text).value(), port}.to(storage);
    Fd socket{::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    EXPECT_EQ(::listen(socket.get(), 1), 0);
    return socket;
}

TEST(Listeners, AreNoneWhereNobodyListens) {
    const Fd other = listen_on("127.0.0.1", 8443);
    EXPECT_TRUE(listeners(443).value().empty());
}

TEST(Listeners, AreToldWithAddressUserAndProcess) {
    const Fd v4 = listen_on("127.0.0.1", 443);
    const Fd v6 = listen_on("::1", 443);
    const Fd shared = listen_on("::1", 443);
    const Answer<std::vector<Listener>> found = listeners(443);
    ASSERT_TRUE(found) << found.error().text;
    ASSERT_EQ(found->size(), 3U);
    int v4_count = 0;
    for (const Listener& listener : *found) {
        v4_count += listener.address.text() == "127.0.0.1" ? 1 : 0;
        EXPECT_EQ(listener.uid, ::getuid());
        EXPECT_NE(listener.inode, 0U);
        EXPECT_EQ(listener.pids, std::vector<pid_t>{::getpid()});
    }
    EXPECT_EQ(v4_count, 1);
}

TEST(Listeners, OfAnotherProcessAreToldWithItsPid) {
    portcullis::test::Process other{
        {.argv = {"python3", "-c",
                  "import socket,time\ns=socket.socket()\ns.bind(('127.0.0.1',443))\n"
                  "s.listen()\nprint('listening',flush=True)\ntime.sleep(60)"}}};
    ASSERT_TRUE(other.says("listening"));
    const Answer<std::vector<Listener>> found = listeners(443);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().pids, std::vector<pid_t>{other.pid()});
}

}  // namespace
}  // namespace portcullis::firewall
