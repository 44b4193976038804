#include "proxy/upgrade/predecessor.h"

#include "proxy/upgrade/successor.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>

namespace portcullis::upgrade {
namespace {

class PredecessorTest : public testing::Test {
  protected:
    PredecessorTest() {
        std::array<int, 2> both{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, both.data()), 0);
        before.reset(both[0]);
        handed = both[1];
        ::setenv(kVariable, std::to_string(handed).c_str(), 1);
    }

    ~PredecessorTest() override { ::unsetenv(kVariable); }

    Fd before;
    int handed = -1;  // owned by whoever reads the variable
};

TEST_F(PredecessorTest, HandsOverAndHearsThatWeServe) {
    Parcel parcel;
    parcel.keys = tls::TicketKeys::fresh();
    ASSERT_TRUE(send(before.get(), parcel));
    const auto predecessor = Predecessor::from_environment().value();
    ASSERT_TRUE(predecessor);
    EXPECT_EQ(predecessor->parcel.keys->current.name, parcel.keys->current.name);
    EXPECT_EQ(std::getenv(kVariable), nullptr) << "whom we start is nobody's successor";
    EXPECT_EQ(::fcntl(handed, F_GETFD), FD_CLOEXEC);
    predecessor->say_ready();
    std::array<char, 16> word{};
    const ssize_t size = ::recv(before.get(), word.data(), word.size(), MSG_DONTWAIT);
    ASSERT_GT(size, 0);
    EXPECT_EQ((std::string_view{word.data(), static_cast<std::size_t>(size)}), kReady);
}

TEST_F(PredecessorTest, ThatHasEndedIsAFailure) {
    before.reset();
    const auto predecessor = Predecessor::from_environment();
    ASSERT_FALSE(predecessor);
    EXPECT_EQ(predecessor.error().text, "the process before has ended");
}

TEST_F(PredecessorTest, IsNoneWithoutTheVariable) {
    const Fd ours{handed};
    ::unsetenv(kVariable);
    EXPECT_FALSE(Predecessor::from_environment().value());
}

TEST_F(PredecessorTest, IsNotBelievedWithoutASocket) {
    const Fd ours{handed};
    for (const char* value : {"", "x", "-1", "4000"}) {
        ::setenv(kVariable, value, 1);
        const auto predecessor = Predecessor::from_environment();
        ASSERT_FALSE(predecessor) << value;
        EXPECT_EQ(predecessor.error().text, "PORTCULLIS_HANDOVER names no descriptor");
    }
}

}  // namespace
}  // namespace portcullis::upgrade
