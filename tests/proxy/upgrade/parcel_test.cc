#include "proxy/upgrade/parcel.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>

namespace portcullis::upgrade {
namespace {

using namespace std::chrono_literals;

struct MessagePair {
    MessagePair() {
        std::array<int, 2> both{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both.data()), 0);
        ours.reset(both[0]);
        theirs.reset(both[1]);
    }

    Fd ours;
    Fd theirs;
};

Fd listen_on_loopback() {
    return stream::listen_on({IpAddress::parse("127.0.0.1").value(), 0}).value();
}

std::uint16_t port_of(const Fd& socket) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    return SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage)).port;
}

Parcel parcel_with(std::size_t listeners) {
    Parcel parcel;
    parcel.keys = tls::TicketKeys::fresh();
    parcel.keys_age = 90min;
    for (std::size_t i = 0; i < listeners; ++i) {
        parcel.listeners.push_back(
            {IpAddress::v4(static_cast<std::uint32_t>(i)), listen_on_loopback()});
    }
    return parcel;
}

std::string error_of(const Result<Parcel>& parcel) {
    return parcel ? "" : parcel.error().text;
}

TEST(Parcel, ArrivesAsItWasSent) {
    const MessagePair pair;
    Parcel parcel = parcel_with(2);
    parcel.admin = listen_on_loopback();
    parcel.admin_path = "/run/portcullis/admin.sock";
    parcel.sticky_key = {1, 2, 3};
    ASSERT_TRUE(send(pair.ours.get(), parcel));
    const Parcel got = receive(pair.theirs.get(), 5s).value();
    EXPECT_EQ(got.sticky_key, parcel.sticky_key);
    ASSERT_EQ(got.listeners.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(got.listeners[i].address, parcel.listeners[i].address);
        EXPECT_EQ(port_of(got.listeners[i].fd), port_of(parcel.listeners[i].fd));
        EXPECT_NE(got.listeners[i].fd.get(), parcel.listeners[i].fd.get());
    }
    EXPECT_EQ(port_of(got.admin), port_of(parcel.admin));
    EXPECT_EQ(got.admin_path, parcel.admin_path);
    EXPECT_EQ(got.keys_age, 90min);
    EXPECT_EQ(got.keys->current.name, parcel.keys->current.name);
    EXPECT_EQ(got.keys->current.cipher, parcel.keys->current.cipher);
    EXPECT_EQ(got.keys->current.mac, parcel.keys->current.mac);
    EXPECT_EQ(got.keys->previous.name, parcel.keys->previous.name);
    EXPECT_EQ(got.keys->previous.mac, parcel.keys->previous.mac);
}

TEST(Parcel, HasNoAdminSocketWhenThereIsNone) {
    const MessagePair pair;
    ASSERT_TRUE(send(pair.ours.get(), parcel_with(1)));
    EXPECT_FALSE(receive(pair.theirs.get(), 5s).value().admin);
}

// More than one message takes.
TEST(Parcel, HoldsAsManyListenersAsThereAre) {
    for (const std::size_t count : {128U, 129U, 300U}) {
        const MessagePair pair;
        const Parcel parcel = parcel_with(count);
        ASSERT_TRUE(send(pair.ours.get(), parcel));
        const Parcel got = receive(pair.theirs.get(), 5s).value();
        ASSERT_EQ(got.listeners.size(), count);
        EXPECT_EQ(port_of(got.listeners.back().fd), port_of(parcel.listeners.back().fd));
    }
}

TEST(Parcel, IsDeclinedInAnotherForm) {
    const MessagePair pair;
    const std::string other(400, 'x');
    ASSERT_GT(::send(pair.ours.get(), other.data(), other.size(), 0), 0);
    EXPECT_EQ(error_of(receive(pair.theirs.get(), 5s)),
              "more came of the process before than it may say");
    ASSERT_GT(::send(pair.ours.get(), other.data(), 10, 0), 0);
    EXPECT_EQ(error_of(receive(pair.theirs.get(), 5s)),
              "the process before hands over in a form that this program does not know; restart "
              "instead");
}

TEST(Parcel, IsNotWaitedForForEver) {
    MessagePair pair;
    EXPECT_EQ(error_of(receive(pair.theirs.get(), 1ms)), "nothing came of the process before");
    pair.ours.reset();
    EXPECT_EQ(error_of(receive(pair.theirs.get(), 5s)), "the process before has ended");
}

TEST(Parcel, IsNotSentToNobody) {
    MessagePair pair;
    pair.theirs.reset();
    EXPECT_FALSE(send(pair.ours.get(), parcel_with(1)));
}

}  // namespace
}  // namespace portcullis::upgrade
