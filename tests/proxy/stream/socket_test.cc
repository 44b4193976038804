#include "proxy/stream/socket.h"

#include "base/task.h"
#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;
using test::LocalPair;
using test::put;
using test::settle;

enum class Direction { reading, writing };

struct Wakes {
    int count = 0;
    std::optional<Wake> last;
};

Task<> wait(Socket& socket, Duration timeout, Wakes& wakes,
            Direction direction = Direction::reading) {
    const Wake wake = direction == Direction::reading ? co_await socket.readable(timeout)
                                                      : co_await socket.writable(timeout);
    wakes.last = wake;
    ++wakes.count;
}

class Listener final : public Waiter {
  public:
    Wakes wakes;

  private:
    void on_wake(Wake wake) noexcept override {
        wakes.last = wake;
        ++wakes.count;
    }
};

class SocketTest : public testing::Test {
  protected:
    void fill() {
        const std::string block(65536, 'x');
        while (::send(socket->fd(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        }
        socket->note_full();
    }

    Loop loop;
    LocalPair pair;
    std::optional<Socket> socket{std::in_place, loop, std::move(pair.ours)};
    Wakes wakes;
};

class Ending final : public EndListener {
  public:
    int ends = 0;

  private:
    void on_end() noexcept override { ++ends; }
};

// Bytes that nobody takes are before the end, and do not hide it.
TEST_F(SocketTest, TellsOfTheEndBehindBytesThatNobodyTakes) {
    Ending ending;
    socket->watch_end(ending);
    put(pair.theirs, "left behind");
    settle(loop);
    EXPECT_EQ(ending.ends, 0);
    EXPECT_FALSE(socket->ended());
    ::shutdown(pair.theirs.get(), SHUT_WR);
    settle(loop);
    EXPECT_EQ(ending.ends, 1);
    EXPECT_TRUE(socket->ended());
}

TEST_F(SocketTest, TellsNobodyOfAnEndWhoDoesNotWatchAnyMore) {
    Ending ending;
    socket->watch_end(ending);
    socket->unwatch_end();
    pair.theirs.reset();
    settle(loop);
    EXPECT_EQ(ending.ends, 0);
    EXPECT_TRUE(socket->ended());
}

TEST_F(SocketTest, WakesAReaderWhenBytesCome) {
    const Task<> waiting = wait(*socket, kForever, wakes);
    settle(loop);
    EXPECT_EQ(wakes.count, 0);
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
    EXPECT_TRUE(waiting.done());
}

TEST_F(SocketTest, WakesAReaderWhenThePeerCloses) {
    const Task<> waiting = wait(*socket, kForever, wakes);
    pair.theirs.reset();
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
}

TEST_F(SocketTest, WakesAWriterWhenThePeerTakesBytes) {
    fill();
    const Task<> waiting = wait(*socket, kForever, wakes, Direction::writing);
    settle(loop);
    EXPECT_EQ(wakes.count, 0);
    test::drained(pair.theirs);
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
}

TEST_F(SocketTest, BothDirectionsMayBeWaitedForAtOnce) {
    fill();
    Wakes written;
    const Task<> reading = wait(*socket, kForever, wakes);
    const Task<> writing = wait(*socket, kForever, written, Direction::writing);
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(wakes.count, 1);
    EXPECT_EQ(written.count, 0);
    test::drained(pair.theirs);
    settle(loop);
    EXPECT_EQ(written.count, 1);
}

TEST_F(SocketTest, AWaitEndsAtItsDeadlineAndTheNextOneStillWorks) {
    const Task<> first = wait(*socket, 100ms, wakes);
    loop.wheel().advance(100ms);
    EXPECT_EQ(wakes.count, 0);
    loop.wheel().advance(300ms);
    EXPECT_EQ(wakes.last, Wake::timeout);
    const Task<> second = wait(*socket, 100ms, wakes);
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
    EXPECT_EQ(wakes.count, 2);
    loop.wheel().advance(10s);
    EXPECT_EQ(wakes.count, 2) << "its deadline is gone";
}

// A loop that cannot make an end of waiting takes the thread from nobody.
TEST_F(SocketTest, AnExpiredWaitEndsAtTheNextTurnEvenIfReady) {
    put(pair.theirs, "x");
    settle(loop);
    ASSERT_TRUE(socket->may_read());
    const Task<> waiting = wait(*socket, 0ms, wakes);
    EXPECT_EQ(wakes.count, 0);
    loop.wheel().advance(loop.wheel().elapsed());
    EXPECT_EQ(wakes.last, Wake::timeout);
    const Task<> next = wait(*socket, 100ms, wakes);
    EXPECT_EQ(wakes.last, Wake::ready) << "it is still ready";
}

Task<> wait_for_ever_again(Socket& socket, Deadline deadline, int& waits) {
    for (Wake wake = Wake::timeout; wake == Wake::timeout; ++waits) {
        wake = co_await socket.readable(deadline);
    }
}

TEST_F(SocketTest, ALoopOverAPassedDeadlineLetsOthersHaveTheirTurn) {
    int waits = 0;
    const Task<> endless = wait_for_ever_again(*socket, loop.in(0ms), waits);
    for (int turn = 1; turn <= 3; ++turn) {
        loop.wheel().advance(loop.wheel().elapsed());
        EXPECT_EQ(waits, turn);
    }
    socket->cancel();
}

// As on a thread that had no time to ask the reactor.
TEST_F(SocketTest, ADeadlineIsNotOverForWhatHasComeAndWasNotTold) {
    settle(loop);
    const Task<> reading = wait(*socket, 100ms, wakes);
    put(pair.theirs, "x");
    loop.wheel().advance(10s);
    EXPECT_EQ(wakes.last, Wake::ready);
    fill();
    Wakes writes;
    const Task<> writing = wait(*socket, 100ms, writes, Direction::writing);
    loop.wheel().advance(20s);
    EXPECT_EQ(writes.last, Wake::timeout);
}

TEST_F(SocketTest, ADeadlineCanBeStartedAnew) {
    const Task<> waiting = wait(*socket, 100ms, wakes);
    socket->restart_read_deadline(1s);
    loop.wheel().advance(900ms);
    EXPECT_EQ(wakes.count, 0);
    socket->restart_read_deadline(kForever);
    loop.wheel().advance(1h);
    EXPECT_EQ(wakes.count, 0);
    socket->restart_read_deadline(100ms);
    loop.wheel().advance(2h);
    EXPECT_EQ(wakes.last, Wake::timeout);
    socket->restart_read_deadline(100ms);  // nobody waits: nothing to do
    loop.wheel().advance(3h);
    EXPECT_EQ(wakes.count, 1);
}

TEST_F(SocketTest, AfterCancelEveryWaitIsCancelled) {
    fill();
    Wakes written;
    const Task<> reading = wait(*socket, kForever, wakes);
    const Task<> writing = wait(*socket, kForever, written, Direction::writing);
    socket->cancel();
    EXPECT_EQ(wakes.last, Wake::cancelled);
    EXPECT_EQ(written.last, Wake::cancelled);
    put(pair.theirs, "x");
    const Task<> later = wait(*socket, kForever, wakes);
    EXPECT_EQ(wakes.count, 2) << "at once";
    EXPECT_EQ(wakes.last, Wake::cancelled);
    settle(loop);
    EXPECT_EQ(wakes.count, 2);
}

TEST_F(SocketTest, AnInterruptEndsOnlyTheReadThatIsPending) {
    fill();
    Wakes written;
    const Task<> reading = wait(*socket, kForever, wakes);
    const Task<> writing = wait(*socket, kForever, written, Direction::writing);
    socket->interrupt_read();
    EXPECT_EQ(wakes.last, Wake::cancelled);
    EXPECT_EQ(written.count, 0);
    const Task<> later = wait(*socket, kForever, wakes);
    EXPECT_EQ(wakes.count, 1);
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
    test::drained(pair.theirs);
    settle(loop);
}

TEST_F(SocketTest, RemembersAChangeUntilTheKernelHasNoMore) {
    Listener listener;
    socket->watch_readable(listener, kForever);
    socket->unwatch_readable();
    settle(loop);
    EXPECT_FALSE(socket->may_read());
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(listener.wakes.count, 0);
    EXPECT_TRUE(socket->may_read());
    const Task<> waiting = wait(*socket, kForever, wakes);
    EXPECT_EQ(wakes.last, Wake::ready) << "without the reactor";
    EXPECT_TRUE(socket->may_read()) << "nobody has read to the end";
    socket->note_drained();
    EXPECT_FALSE(socket->may_read());
}

TEST_F(SocketTest, AnEndThatCameWithTheLastBytesIsStillThereAfterThem) {
    put(pair.theirs, "x");
    pair.theirs.reset();
    settle(loop);
    socket->note_drained();
    const Task<> waiting = wait(*socket, kForever, wakes);
    EXPECT_EQ(wakes.last, Wake::ready);
}

TEST_F(SocketTest, BytesThatNobodyTookAreReportedAgainWhenAsked) {
    put(pair.theirs, "x");
    settle(loop);
    socket->recheck_readable();
    const Task<> waiting = wait(*socket, kForever, wakes);
    EXPECT_EQ(wakes.count, 0) << "others have their turn first";
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
}

TEST_F(SocketTest, AWriterWaitsOnlyAfterTheKernelTookNoMore) {
    settle(loop);
    const Task<> first = wait(*socket, kForever, wakes, Direction::writing);
    EXPECT_EQ(wakes.last, Wake::ready);
    fill();
    const Task<> second = wait(*socket, kForever, wakes, Direction::writing);
    EXPECT_EQ(wakes.count, 1);
    test::drained(pair.theirs);
    settle(loop);
    EXPECT_EQ(wakes.count, 2);
}

TEST_F(SocketTest, AWaiterIsToldOnceAndNotAfterItLeft) {
    Listener listener;
    socket->watch_readable(listener, 100ms);
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(listener.wakes.count, 1);
    loop.wheel().advance(1s);
    EXPECT_EQ(listener.wakes.count, 1);
    socket->note_drained();
    socket->watch_readable(listener, 100ms);
    socket->unwatch_readable();
    loop.wheel().advance(2s);
    EXPECT_EQ(listener.wakes.count, 1);
}

// AddressSanitizer would tell if a late report met freed memory.
TEST_F(SocketTest, MayBeDestroyedWhenItsChangeHasNotBeenTold) {
    class Destroyer final : public Waiter {
      public:
        explicit Destroyer(std::optional<Socket>& other) : other_{other} {}

      private:
        void on_wake(Wake) noexcept override {
            other_->unwatch_readable();
            other_.reset();
        }

        std::optional<Socket>& other_;
    };

    LocalPair second_pair;
    std::optional<Socket> second{std::in_place, loop, std::move(second_pair.ours)};
    settle(loop);
    Destroyer destroys_second{second};
    Destroyer destroys_first{socket};
    socket->watch_readable(destroys_second, kForever);
    second->watch_readable(destroys_first, kForever);
    put(pair.theirs, "x");
    put(second_pair.theirs, "x");
    EXPECT_EQ(loop.reactor().turn(0ms), 2U);
    EXPECT_NE(second.has_value(), socket.has_value()) << "the one told first ends the other";
    (second ? second : socket)->unwatch_readable();
}

TEST_F(SocketTest, MayBeDestroyedByItsOwnWaiter) {
    class Destroyer final : public Waiter {
      public:
        explicit Destroyer(std::optional<Socket>& socket) : socket_{socket} {}

      private:
        void on_wake(Wake) noexcept override { socket_.reset(); }

        std::optional<Socket>& socket_;
    };

    Destroyer destroyer{socket};
    socket->watch_readable(destroyer, 100ms);
    loop.wheel().advance(1s);
    EXPECT_FALSE(socket);
    settle(loop);
}

TEST_F(SocketTest, ATaskThatIsDroppedLeavesNoWaiterBehind) {
    {
        const Task<> waiting = wait(*socket, 100ms, wakes);
        EXPECT_FALSE(waiting.done());
    }
    put(pair.theirs, "x");
    settle(loop);
    loop.wheel().advance(1s);
    EXPECT_EQ(wakes.count, 0);
    EXPECT_TRUE(socket->may_read());
}

TEST_F(SocketTest, MovesWithItsWaiter) {
    const Task<> waiting = wait(*socket, kForever, wakes);
    const Socket moved = std::move(*socket);
    socket.reset();
    put(pair.theirs, "x");
    settle(loop);
    EXPECT_EQ(wakes.last, Wake::ready);
}

using SocketDeath = SocketTest;

TEST_F(SocketDeath, HasOneWaiterForEachDirection) {
    Listener one;
    Listener two;
    socket->watch_readable(one, kForever);
    EXPECT_DEATH(socket->watch_readable(two, kForever), "one waiter for each direction");
    EXPECT_DEATH(socket.reset(), "closing a socket that is waited for");
    socket->unwatch_readable();
}

}  // namespace
}  // namespace portcullis::stream
