#include "proxy/http2/link.h"

#include "tests/proxy/http2/listener.h"
#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

namespace portcullis::http2 {
namespace {

using namespace std::chrono_literals;
using test::Listener;

constexpr RequestLine kGet{"GET", "https", "a.example", "/"};
constexpr RequestLine kPost{"POST", "https", "a.example", "/"};

// A client's link on one end of a socket pair; the other end is a server's session by hand.
class LinkTest : public testing::Test {
  protected:
    LinkTest() { peer_user_.session = &peer_; }

    ~LinkTest() override {
        link_.lose(stream::End::closed);  // what waits for bytes ends
    }

    static Task<> read(Link& link) {
        while (link.lost() == stream::End::none && !link.session().over()) {
            co_await link.advance(stream::Deadline::never());
        }
    }

    // One turn of the loop, then the peer takes what was written and answers.
    void turn() {
        portcullis::test::settle(loop_);
        loop_.run_deferred();
        const std::string bytes = portcullis::test::drained(pair_.theirs);
        peer_.feed(bytes, {});
        peer_.deliver();
        std::string out;
        peer_.output(out, 1U << 20U);
        peer_.deliver();
        portcullis::test::put(pair_.theirs, out);
    }

    stream::Loop loop_;
    portcullis::test::LocalPair pair_;
    stream::Stream stream_{stream::Socket{loop_, std::move(pair_.ours)}};
    Listener user_;
    Listener::Told first_;  // outlive the link
    Listener::Told second_;
    Link link_{stream_, Role::client, {}, user_, 1s};
    Listener peer_user_;
    Session peer_{Role::server, {}, peer_user_};
    Task<> reading_ = read(link_);
};

TEST_F(LinkTest, SaysWhatManyStreamsHaveToSayAtTheTurnsEnd) {
    link_.session().open(kGet, {}, true, first_);
    link_.session().open(kGet, {}, true, second_);
    link_.pull();
    EXPECT_EQ(portcullis::test::drained(pair_.theirs), "");
    turn();
    EXPECT_EQ(peer_user_.log, "GET a.example / ends GET a.example / ends ");
    peer_.answer(*peer_user_.told[1]->stream, 204, {}, true);
    turn();
    turn();
    EXPECT_EQ(second_.log, "answer 204 ends closed 0 ");
    EXPECT_EQ(first_.log, "");
}

TEST_F(LinkTest, TakesWhatIsOfferedAtOnceAndTheRestWhenThereIsRoom) {
    Listener::Told& told = first_;
    told.stream = link_.session().open(kPost, {}, false, told);
    turn();
    turn();
    const std::string little(100, 'x');
    link_.session().send_data(*told.stream, little, false);
    link_.pull();
    EXPECT_TRUE(told.stream->sent());
    const std::string much(100'000, 'x');  // more than the peer's window
    link_.session().send_data(*told.stream, much, true);
    link_.pull();
    EXPECT_FALSE(told.stream->sent());
    for (int i = 0; i < 20; ++i) {
        turn();
        for (const auto& of_peer : peer_user_.told) {
            of_peer->consumes = true;
        }
    }
    EXPECT_EQ(peer_user_.told[0]->body.size(), little.size() + much.size());
    EXPECT_TRUE(told.stream->sent());
    EXPECT_NE(told.log.find("sent"), std::string::npos);
}

TEST_F(LinkTest, EveryStreamIsOverWhenTheConnectionIs) {
    Listener::Told& told = first_;
    link_.session().open(kGet, {}, true, told);
    turn();
    pair_.theirs.reset();
    portcullis::test::settle(loop_);
    EXPECT_EQ(told.log, "closed 8 ");
    EXPECT_EQ(link_.lost(), stream::End::closed);
    EXPECT_TRUE(reading_.done());
}

TEST_F(LinkTest, FinishesWithItsLastWord) {
    turn();
    turn();
    link_.session().end(Code::no_error);
    const Task<> finishing = link_.finish();
    EXPECT_TRUE(finishing.done());
    turn();
    EXPECT_EQ(peer_user_.log, "goaway 0 ");
    EXPECT_TRUE(reading_.done());
}

TEST_F(LinkTest, APeerThatTakesNothingLosesTheConnection) {
    Listener::Told& told = first_;
    told.stream = link_.session().open(kPost, {}, false, told);
    turn();
    turn();
    peer_user_.told[0]->consumes = true;
    const std::string much(4U << 20U, 'x');
    peer_.consume(*peer_user_.told[0]->stream, 0);
    link_.session().send_data(*told.stream, much, true);
    // The peer opens its window, but does not read.
    for (int i = 0; i < 100 && told.stream != nullptr; ++i) {
        link_.pull();
        portcullis::test::settle(loop_);
        loop_.run_deferred();
        loop_.wheel().advance(std::chrono::milliseconds{(i + 1) * 1'100});
        const std::string windows{
            "\0\0\x04\x08\0\0\0\0\0\0\x10\0\0\0\0\x04\x08\0\0\0\0\x01\0\x10\0\0", 26};
        portcullis::test::put(pair_.theirs, windows);
    }
    EXPECT_EQ(link_.lost(), stream::End::timeout);
    EXPECT_EQ(told.log, "closed 8 ");
}

}  // namespace
}  // namespace portcullis::http2
