#include "proxy/keeper/message.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>

namespace portcullis::keeper {
namespace {

using namespace std::chrono_literals;

class MessageTest : public testing::Test {
  protected:
    MessageTest() {
        std::array<int, 2> pair{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()), 0);
        one = Fd{pair[0]};
        two = Fd{pair[1]};
    }

    Fd one;
    Fd two;
};

TEST_F(MessageTest, BringsWordsAndADescriptor) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const Fd out{pipe[0]};
    const Fd in{pipe[1]};
    ASSERT_TRUE(send_message(one.get(), "start", in.get()));
    ASSERT_TRUE(send_message(one.get(), "123"));
    const auto first = receive_message(two.get(), 1s);
    EXPECT_EQ(first.value().text, "start");
    EXPECT_EQ(::write(first.value().fd.get(), "x", 1), 1);
    char byte = 0;
    EXPECT_EQ(::read(out.get(), &byte, 1), 1);
    const auto second = receive_message(two.get(), 1s);
    EXPECT_EQ(second.value().text, "123");
    EXPECT_FALSE(second.value().fd);
}

TEST_F(MessageTest, SaysThatNobodyIsThere) {
    EXPECT_EQ(receive_message(two.get(), 0ms).error().text,
              "the process at the other end says nothing");
    one.reset();
    EXPECT_EQ(receive_message(two.get(), 0ms).error().text, "the process at the other end is gone");
    EXPECT_FALSE(send_message(two.get(), "x"));
}

}  // namespace
}  // namespace portcullis::keeper
