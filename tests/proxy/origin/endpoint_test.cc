#include "proxy/origin/endpoint.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using test::LocalPair;
using test::settle;

class EndpointTest : public testing::Test {
  protected:
    // The origin's end of it is in `far`.
    std::unique_ptr<Connection> connection() {
        LocalPair pair;
        far.push_back(std::move(pair.theirs));
        return std::make_unique<Connection>(
            stream::Stream{stream::Socket{loop, std::move(pair.ours)}});
    }

    void keep(int count) {
        for (int i = 0; i < count; ++i) {
            endpoint.give_back(connection());
        }
        settle(loop);
    }

    stream::Loop loop;
    std::vector<Fd> far;
    std::shared_ptr<ServiceConfig> service = std::make_shared<ServiceConfig>();
    Endpoint endpoint{{}, service};
};

TEST_F(EndpointTest, GivesTheConnectionThatWasUsedLast) {
    auto first = connection();
    auto second = connection();
    Connection* const last = second.get();
    EXPECT_FALSE(first->reused);
    endpoint.give_back(std::move(first));
    endpoint.give_back(std::move(second));
    EXPECT_EQ(endpoint.idle(), 2U);
    const auto taken = endpoint.take_idle();
    EXPECT_EQ(taken.get(), last);
    EXPECT_TRUE(taken->reused);
    EXPECT_EQ(endpoint.idle(), 1U);
    EXPECT_NE(endpoint.take_idle(), nullptr);
    EXPECT_EQ(endpoint.take_idle(), nullptr);
}

TEST_F(EndpointTest, DropsAnIdleConnectionThatTheOriginCloses) {
    keep(2);
    far[0].reset();
    settle(loop);
    EXPECT_EQ(endpoint.idle(), 1U);
}

// Whatever it says now would be taken for the answer to the next request.
TEST_F(EndpointTest, DropsAnIdleConnectionThatSpeaksOutOfTurn) {
    keep(1);
    test::put(far[0], "HTTP/1.1 408 Request Timeout\r\n\r\n");
    settle(loop);
    EXPECT_EQ(endpoint.idle(), 0U);
    EXPECT_TRUE(::send(far[0].get(), "x", 1, MSG_NOSIGNAL) < 0) << "closed";
}

// In the moment between two looks of the reactor.
TEST_F(EndpointTest, GivesNoConnectionThatHasSpokenOrEndedSinceItWasLookedAt) {
    keep(3);
    test::put(far[2], "HTTP/1.1 200 OK\r\n\r\n");
    far[1].reset();
    const auto taken = endpoint.take_idle();
    ASSERT_NE(taken, nullptr);
    test::put(far[0], "x");
    char byte = 0;
    EXPECT_EQ(::recv(taken->stream.socket().fd(), &byte, 1, MSG_DONTWAIT), 1)
        << "the first of them";
    EXPECT_EQ(endpoint.idle(), 0U);
}

TEST_F(EndpointTest, DoesNotKeepOneThatSpokeWhileItWasUsed) {
    endpoint.give_back(connection());
    auto used = endpoint.take_idle();  // the reactor still watches it
    test::put(far[0], "unasked");
    settle(loop);
    endpoint.give_back(std::move(used));
    EXPECT_EQ(endpoint.idle(), 0U);
}

TEST_F(EndpointTest, DropsWhatIsIdleForTooLong) {
    service->idle_timeout = 1s;
    keep(1);
    loop.wheel().advance(900ms);
    EXPECT_EQ(endpoint.idle(), 1U);
    loop.wheel().advance(1200ms);
    EXPECT_EQ(endpoint.idle(), 0U);
    EXPECT_TRUE(test::at_end(far[0]));
}

TEST_F(EndpointTest, AUsedConnectionHasNoIdleDeadline) {
    service->idle_timeout = 1s;
    keep(1);
    const auto used = endpoint.take_idle();
    loop.wheel().advance(1h);
    EXPECT_FALSE(test::at_end(far[0]));
}

TEST_F(EndpointTest, KeepsOnlySoMany) {
    service->idle_connections_max = 2;
    keep(3);
    EXPECT_EQ(endpoint.idle(), 2U);
    EXPECT_TRUE(test::at_end(far[2]));
}

TEST_F(EndpointTest, DoesNotKeepWhatIsTooOld) {
    service->connection_age_max = 1h;
    auto old = connection();
    old->born -= 1h + 1s;
    endpoint.give_back(std::move(old));
    EXPECT_EQ(endpoint.idle(), 0U);
    auto younger = connection();
    younger->born -= 30min;
    endpoint.give_back(std::move(younger));
    EXPECT_EQ(endpoint.idle(), 1U);
}

TEST_F(EndpointTest, KeepsNoIdleConnectionWhileItIsLeaving) {
    keep(2);
    endpoint.use({.leaving = true}, service);
    EXPECT_EQ(endpoint.idle(), 0U);
    endpoint.give_back(connection());
    EXPECT_EQ(endpoint.idle(), 0U);
    endpoint.note_unreachable();
    EXPECT_FALSE(endpoint.up());
    endpoint.use({}, service);
    EXPECT_TRUE(endpoint.up()) << "it has only been ill";
    endpoint.note_unreachable();
    EXPECT_TRUE(endpoint.up()) << "ejection judges those that stay";
}

TEST_F(EndpointTest, IsToldToEndThreeSecondsAfterItBeganToLeave) {
    const auto now = Ejection::Clock::now();
    EXPECT_FALSE(endpoint.ending(now + 3s));
    endpoint.use({.leaving = true}, service);
    endpoint.use({.leaving = true}, service);
    EXPECT_FALSE(endpoint.ending(now + 2s));
    EXPECT_TRUE(endpoint.ending(now + 3s));
    EXPECT_FALSE(endpoint.ending(now + 1min)) << "it lingers";
    endpoint.use({}, service);
    EXPECT_FALSE(endpoint.ending(now + 3s));
}

TEST_F(EndpointTest, HeedsANewConfiguration) {
    const auto next = std::make_shared<ServiceConfig>();
    next->idle_connections_max = 0;
    keep(1);
    endpoint.use({}, next);
    auto used = endpoint.take_idle();
    ASSERT_NE(used, nullptr);
    endpoint.give_back(std::move(used));
    EXPECT_EQ(endpoint.idle(), 0U);
}

TEST_F(EndpointTest, KeepsNothingOnceItIsRetired) {
    keep(2);
    auto used = endpoint.take_idle();
    endpoint.retire();
    EXPECT_EQ(endpoint.idle(), 0U);
    EXPECT_TRUE(test::at_end(far[0]));
    EXPECT_FALSE(test::at_end(far[1])) << "its exchange goes on";
    endpoint.give_back(std::move(used));
    EXPECT_EQ(endpoint.idle(), 0U);
    EXPECT_TRUE(test::at_end(far[1]));
}

// Each of them ends and is there again, as a request that is tried once more at the same place.
TEST_F(EndpointTest, TellsItsSilenceOnceToEachThatListensAndKeepsNoConnection) {
    struct Listener final : SilenceListener {
        explicit Listener(Endpoint& at) : endpoint{at} { endpoint.listen(*this); }

        [[nodiscard]] bool unheard() const override { return told == 0; }

        void on_silence() noexcept override {
            ++told;
            unlink();
            endpoint.listen(*this);
        }

        Endpoint& endpoint;
        int told = 0;
    };

    const Listener first{endpoint};
    auto gone = std::make_unique<Listener>(endpoint);
    const Listener last{endpoint};
    gone.reset();
    keep(2);
    EXPECT_TRUE(endpoint.unheard());
    endpoint.note_silence();
    EXPECT_FALSE(endpoint.unheard());
    EXPECT_EQ(endpoint.stats()->of(EndpointEvent::fell_silent), 1U);
    EXPECT_EQ(first.told, 1);
    EXPECT_EQ(last.told, 1);
    EXPECT_EQ(endpoint.idle(), 0U);
    keep(1);
    EXPECT_EQ(endpoint.idle(), 1U) << "it may speak again";
}

TEST_F(EndpointTest, CountsTheExchangesUnderWay) {
    endpoint.begin_exchange();
    endpoint.begin_exchange();
    endpoint.end_exchange();
    EXPECT_EQ(endpoint.active(), 1U);
    endpoint.end_exchange();
    EXPECT_EQ(endpoint.active(), 0U);
}

TEST_F(EndpointTest, CarriesTunnelsAsLoadForOtherTunnels) {
    endpoint.begin_exchange();
    endpoint.begin_exchange();
    endpoint.begin_tunnel();
    EXPECT_EQ(endpoint.load(false), 1U);
    EXPECT_EQ(endpoint.load(true), 2U);
    endpoint.end_exchange();
    endpoint.end_tunnel();
    EXPECT_EQ(endpoint.load(false), 1U);
}

TEST_F(EndpointTest, MayBeDestroyedWithIdleConnectionsThatTheReactorWatches) {
    {
        Endpoint brief{{}, service};
        brief.give_back(connection());
        far[0].reset();
    }
    settle(loop);
}

}  // namespace
}  // namespace portcullis::origin
