#include "proxy/stream/reactor.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;
using test::LocalPair;
using test::put;

class Recorder final : public Reactor::Source {
  public:
    std::vector<std::uint32_t> told;
    std::function<void()> then = [] {};

  private:
    void on_events(std::uint32_t events) noexcept override {
        told.push_back(events);
        then();
    }
};

class ReactorTest : public testing::Test {
  protected:
    Reactor reactor;
    LocalPair pair;
    Recorder recorder;
};

TEST_F(ReactorTest, TellsWhatIsReadyWhenADescriptorIsAdded) {
    put(pair.theirs, "x");
    ASSERT_TRUE(reactor.add(pair.ours.get(), recorder));
    EXPECT_EQ(reactor.turn(0ms), 1U);
    ASSERT_EQ(recorder.told.size(), 1U);
    EXPECT_EQ(recorder.told[0], EPOLLIN | EPOLLOUT);
}

TEST_F(ReactorTest, TellsAChangeOnceAlthoughNobodyReads) {
    ASSERT_TRUE(reactor.add(pair.ours.get(), recorder));
    reactor.turn(0ms);
    put(pair.theirs, "x");
    EXPECT_EQ(reactor.turn(0ms), 1U);
    EXPECT_EQ(reactor.turn(0ms), 0U);
    reactor.report_again(pair.ours.get(), recorder);
    EXPECT_EQ(reactor.turn(0ms), 1U);
}

TEST_F(ReactorTest, TellsThatThePeerWillSendNoMore) {
    ASSERT_TRUE(reactor.add(pair.ours.get(), recorder));
    reactor.turn(0ms);
    ::shutdown(pair.theirs.get(), SHUT_WR);
    reactor.turn(0ms);
    ASSERT_EQ(recorder.told.size(), 2U);
    EXPECT_NE(recorder.told[1] & EPOLLRDHUP, 0U);
}

TEST_F(ReactorTest, DoesNotTellASourceThatWasForgottenInTheSameTurn) {
    LocalPair second_pair;
    Recorder second;
    ASSERT_TRUE(reactor.add(pair.ours.get(), recorder));
    ASSERT_TRUE(reactor.add(second_pair.ours.get(), second));
    recorder.then = [&] { reactor.forget(second); };
    second.then = [&] { reactor.forget(recorder); };
    EXPECT_EQ(reactor.turn(0ms), 2U);
    EXPECT_EQ(recorder.told.size() + second.told.size(), 1U);
}

TEST_F(ReactorTest, TellsNothingOfADescriptorThatWasRemovedAlthoughACopyOfItLives) {
    ASSERT_TRUE(reactor.add(pair.ours.get(), recorder));
    reactor.turn(0ms);
    const Fd copy{::dup(pair.ours.get())};
    reactor.remove(pair.ours.get());
    pair.ours.reset();
    put(pair.theirs, "x");
    EXPECT_EQ(reactor.turn(0ms), 0U);
    EXPECT_EQ(recorder.told.size(), 1U);
}

TEST_F(ReactorTest, SaysWhenADescriptorCannotBeWatched) {
    EXPECT_FALSE(reactor.add(-1, recorder));
    EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace portcullis::stream
