#include "proxy/stream/stream.h"

#include "tests/proxy/stream/local_pair.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <optional>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;
using test::LocalPair;
using test::put;
using test::settle;

Task<> read(Stream& stream, std::span<char> into, Duration timeout, std::optional<Io>& result) {
    result = co_await stream.read(into, timeout);
}

Task<> write(Stream& stream, std::string_view first, std::string_view second, Duration timeout,
             std::optional<End>& result) {
    result = co_await stream.write(first, second, timeout);
}

class PlainStream : public testing::Test {
  protected:
    Loop loop;
    LocalPair pair;
    Stream stream{Socket{loop, std::move(pair.ours)}};
    std::array<char, 64> bytes{};
    std::optional<Io> io;
    std::optional<End> written;
};

TEST_F(PlainStream, ReadsWhatIsThereWithoutWaiting) {
    put(pair.theirs, "hello");
    const Task<> reading = read(stream, bytes, kForever, io);
    ASSERT_TRUE(io);
    EXPECT_EQ(std::string_view(bytes.data(), io->bytes), "hello");
}

// Whatever its peer sends: a stream has its share of each turn, and then others have theirs.
TEST_F(PlainStream, ReadsNoMoreThanItsShareInATurn) {
    std::array<char, 32U << 10U> into{};
    std::size_t got = 0;
    loop.wheel().advance(loop.wheel().elapsed());
    for (;;) {
        put(pair.theirs, std::string(into.size(), 'x'));
        const Io once = stream.try_read(into);
        EXPECT_EQ(once.end, End::none);
        if (once.bytes == 0) {
            break;
        }
        got += once.bytes;
    }
    EXPECT_EQ(got, TurnBudget::kBytes);
    const Task<> reading = read(stream, into, kForever, io);
    EXPECT_FALSE(io) << "there is something, but it is not its turn";
    loop.wheel().advance(loop.wheel().elapsed());
    ASSERT_TRUE(io);
    EXPECT_EQ(io->bytes, into.size());
}

TEST_F(PlainStream, WritesNoMoreThanItsShareInATurn) {
    loop.wheel().advance(loop.wheel().elapsed());
    const std::string much(TurnBudget::kBytes / 4, 'x');
    for (int i = 0; i < 4; ++i) {
        written.reset();
        const Task<> writing = write(stream, much, {}, kForever, written);
        EXPECT_EQ(written, End::none) << i;
        test::drained(pair.theirs);
    }
    written.reset();
    const Task<> writing = write(stream, much, {}, kForever, written);
    EXPECT_FALSE(written);
    EXPECT_EQ(test::drained(pair.theirs), "");
    loop.wheel().advance(loop.wheel().elapsed());
    EXPECT_EQ(written, End::none);
    EXPECT_EQ(test::drained(pair.theirs), much);
}

Task<> linger(Stream& stream, bool& over) {
    co_await stream.linger();
    over = true;
}

TEST_F(PlainStream, LingeringHasItsShareOfATurnToo) {
    const int room = 8 * static_cast<int>(TurnBudget::kBytes);
    ASSERT_EQ(::setsockopt(pair.theirs.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room), 0);
    loop.wheel().advance(loop.wheel().elapsed());
    for (int i = 0; i < 3; ++i) {
        put(pair.theirs, std::string(TurnBudget::kBytes, 'x'));
    }
    const auto untaken = [this] {
        int count = 0;
        ::ioctl(stream.socket().fd(), FIONREAD, &count);
        return static_cast<std::size_t>(count);
    };
    bool over = false;
    const Task<> lingering = linger(stream, over);
    for (std::size_t left = 2; left > 0; --left) {
        EXPECT_EQ(untaken(), left * TurnBudget::kBytes);
        loop.wheel().advance(loop.wheel().elapsed());
    }
    EXPECT_FALSE(over);
    pair.theirs.reset();
    settle(loop);
    EXPECT_TRUE(over);
}

TEST_F(PlainStream, LingeringAfterASpentTurnWaitsForTheNext) {
    const int room = 8 * static_cast<int>(TurnBudget::kBytes);
    ASSERT_EQ(::setsockopt(pair.theirs.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room), 0);
    loop.wheel().advance(loop.wheel().elapsed());
    put(pair.theirs, std::string(2 * TurnBudget::kBytes, 'x'));
    std::string share(TurnBudget::kBytes, '\0');
    ASSERT_EQ(stream.try_read(share).bytes, TurnBudget::kBytes);
    bool over = false;
    const Task<> lingering = linger(stream, over);
    EXPECT_FALSE(over) << "and it has returned";
    loop.wheel().advance(loop.wheel().elapsed());
    int left = -1;
    ::ioctl(stream.socket().fd(), FIONREAD, &left);
    EXPECT_EQ(left, 0);
    pair.theirs.reset();
    settle(loop);
    EXPECT_TRUE(over);
}

TEST_F(PlainStream, WaitsForTheFirstByteUntilTheDeadline) {
    const Task<> reading = read(stream, bytes, 100ms, io);
    settle(loop);
    EXPECT_FALSE(io);
    put(pair.theirs, "x");
    settle(loop);
    ASSERT_TRUE(io);
    EXPECT_EQ(io->bytes, 1U);
    io.reset();
    const Task<> again = read(stream, bytes, 100ms, io);
    loop.wheel().advance(1s);
    ASSERT_TRUE(io);
    EXPECT_EQ(io->end, End::timeout);
}

TEST_F(PlainStream, ReadsToTheEnd) {
    put(pair.theirs, "last");
    pair.theirs.reset();
    const Task<> reading = read(stream, bytes, kForever, io);
    EXPECT_EQ(io->bytes, 4U);
    EXPECT_EQ(io->end, End::none);
    const Task<> again = read(stream, bytes, kForever, io);
    EXPECT_EQ(io->bytes, 0U);
    EXPECT_EQ(io->end, End::closed);
}

TEST_F(PlainStream, ACancelledReadSaysSo) {
    const Task<> reading = read(stream, bytes, kForever, io);
    stream.socket().cancel();
    ASSERT_TRUE(io);
    EXPECT_EQ(io->end, End::cancelled);
}

TEST_F(PlainStream, WritesBothPiecesHoweverSlowlyTheyAreTaken) {
    const std::string first(300'000, 'a');
    const std::string second(700'000, 'b');
    const Task<> writing = write(stream, first, second, kForever, written);
    std::string got;
    while (!written) {
        const std::string piece = test::drained(pair.theirs);
        ASSERT_FALSE(piece.empty() && got.size() == first.size() + second.size());
        got += piece;
        settle(loop);
    }
    got += test::drained(pair.theirs);
    EXPECT_EQ(written, End::none);
    EXPECT_EQ(got, first + second);
}

TEST_F(PlainStream, AWriteThatIsNotTakenEndsAtItsDeadlineWhichMovesWithTheBytes) {
    const std::string much(4'000'000, 'x');
    const Task<> writing = write(stream, much, {}, 1s, written);
    loop.wheel().advance(900ms);
    test::drained(pair.theirs);
    settle(loop);
    loop.wheel().advance(1800ms);
    EXPECT_FALSE(written) << "bytes moved at 900 ms";
    loop.wheel().advance(3s);
    EXPECT_EQ(written, End::timeout);
}

TEST_F(PlainStream, AWriteToNobodyIsAReset) {
    pair.theirs.reset();
    const Task<> writing = write(stream, "x", {}, kForever, written);
    EXPECT_EQ(written, End::reset);
}

TEST_F(PlainStream, PeeksWithoutTaking) {
    EXPECT_EQ(stream.peek(), End::timeout) << "nothing has happened";
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(stream.peek(), End::none);
    EXPECT_EQ(stream.try_read(bytes).bytes, 1U);
    pair.theirs.reset();
    settle(loop);
    EXPECT_EQ(stream.peek(), End::closed);
}

TEST_F(PlainStream, LingersUntilThePeerHasClosedAndDropsWhatItSends) {
    const Task<> lingering = stream.linger();
    EXPECT_TRUE(test::at_end(pair.theirs)) << "it has said that nothing more comes";
    put(pair.theirs, "too late");
    settle(loop);
    EXPECT_FALSE(lingering.done());
    EXPECT_EQ(stream.peek(), End::timeout) << "dropped";
    pair.theirs.reset();
    settle(loop);
    EXPECT_TRUE(lingering.done());
}

TEST_F(PlainStream, LingersNotForEver) {
    const Task<> lingering = stream.linger();
    EXPECT_FALSE(lingering.done());
    loop.wheel().advance(10s);
    EXPECT_TRUE(lingering.done());
}

SocketAddress loopback(std::uint16_t port) {
    return {IpAddress::parse("127.0.0.1").value(), port};
}

TEST(StartConnect, ConnectsWithoutBlocking) {
    const test::RawOrigin origin{test::always("")};
    const Connected connected = start_connect(loopback(origin.port()));
    EXPECT_EQ(connected.error, 0);
    EXPECT_TRUE(connected.fd);
}

TEST(StartConnect, SaysThatASynIsUnderWay) {
    const test::SilentPort silent;
    const Connected connected = start_connect(loopback(silent.port()));
    EXPECT_EQ(connected.error, 0);
    EXPECT_TRUE(connected.in_progress);
}

// A reset, unlike a proper close, may have lost bytes.
TEST(PlainStreamOverTcp, TellsAResetFromAClose) {
    Loop loop;
    test::RawOrigin origin{[](auto& connection) { connection.reset(); }};
    Connected connected = start_connect(loopback(origin.port()));
    Stream stream{Socket{loop, std::move(connected.fd)}};
    std::array<char, 8> bytes{};
    std::optional<Io> io;
    const Task<> reading = read(stream, bytes, kForever, io);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return io.has_value();
    }));
    EXPECT_EQ(io->end, End::reset);
}

}  // namespace
}  // namespace portcullis::stream
