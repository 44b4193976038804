#include "proxy/tls/session.h"

#include "tests/proxy/tls/server_side.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using test::put;

class SessionTest : public testing::Test {
  protected:
    void establish() { ASSERT_EQ(server.shake(peer), Want::nothing); }

    void say(std::string_view text) {
        peer.write(text);
        put(server.pair.theirs, peer.take_output());
    }

    std::string heard() {
        peer.feed(test::drained(server.pair.theirs));
        return peer.read();
    }

    std::unique_ptr<Contexts> contexts = Contexts::make(test::shop_config()).value();
    test::ServerSide server{*contexts};
    test::TlsPeer peer{"shop.test"};
    std::array<char, 64> bytes{};
};

TEST_F(SessionTest, SaysWhatItWaitsFor) {
    EXPECT_EQ(server.session.handshake(), Want::readable);
    establish();
    EXPECT_EQ(server.session.read(bytes).want, Want::readable);
    say("hi");
    const Progress progress = server.session.read(bytes);
    EXPECT_EQ(progress.want, Want::nothing);
    EXPECT_EQ(progress.bytes, 2U);
}

TEST_F(SessionTest, ShakesHandsWithAHelloThatArrivesByteByByte) {
    EXPECT_EQ(server.shake(peer, 1), Want::nothing);
    EXPECT_EQ(server.session.sni(), "shop.test");
    say("hi");
    EXPECT_EQ(server.read(), "hi");
}

TEST_F(SessionTest, TellsWhatWasAgreed) {
    establish();
    EXPECT_EQ(server.session.version(), "TLSv1.3");
    EXPECT_EQ(server.session.cipher(), SSL_get_cipher_name(peer.ssl()));
    EXPECT_EQ(server.session.alpn(), "");
    EXPECT_EQ(server.session.sni(), "shop.test");
    EXPECT_FALSE(server.session.resumed());
    EXPECT_FALSE(server.session.refused_sni());
}

TEST_F(SessionTest, SendsBothPiecesOneAfterTheOther) {
    establish();
    EXPECT_EQ(server.session.send("head", "body"), Want::nothing);
    EXPECT_EQ(heard(), "headbody");
    EXPECT_EQ(server.session.send({}, {}), Want::nothing);
    EXPECT_EQ(heard(), "");
}

TEST_F(SessionTest, AsksToBeFlushedUntilThePeerHasTakenAll) {
    establish();
    const std::string much(3'000'000, 'x');
    ASSERT_EQ(server.session.send(much, "end"), Want::writable);
    EXPECT_EQ(server.session.flush(), Want::writable) << "nobody has read yet";
    std::string got;
    while (server.session.flush() == Want::writable) {
        got += heard();
    }
    got += heard();
    EXPECT_TRUE(got == much + "end") << got.size();
}

TEST_F(SessionTest, PendingAreBytesThatNeedNoSocket) {
    establish();
    say("0123456789");
    EXPECT_FALSE(server.session.has_pending());
    EXPECT_EQ(server.session.read(std::span{bytes}.first(4)).bytes, 4U);
    EXPECT_TRUE(server.session.has_pending());
    EXPECT_EQ(server.session.read(bytes).bytes, 6U);
    EXPECT_FALSE(server.session.has_pending());
}

TEST_F(SessionTest, PeeksWithoutTaking) {
    establish();
    EXPECT_EQ(server.session.peek(), Want::readable);
    say("x");
    EXPECT_EQ(server.session.peek(), Want::nothing);
    EXPECT_EQ(server.read(), "x");
    peer.close_notify();
    put(server.pair.theirs, peer.take_output());
    EXPECT_EQ(server.session.peek(), Want::closed);
}

TEST_F(SessionTest, AnEndWithoutCloseNotifyIsAFailure) {
    establish();
    server.pair.theirs.reset();
    EXPECT_EQ(server.session.read(bytes).want, Want::failed);
}

TEST_F(SessionTest, SaysCloseNotifyAndStillReads) {
    establish();
    EXPECT_EQ(server.session.shutdown(), Want::nothing);
    EXPECT_EQ(heard(), "");
    EXPECT_TRUE(peer.got_close_notify());
    say("one more");
    EXPECT_EQ(server.read(), "one more");
}

TEST_F(SessionTest, AMalformedHelloFailsAndLeavesNoErrorForOthers) {
    put(server.pair.theirs, std::string("\x16\x03\x01\x00\x05hello", 10));
    EXPECT_EQ(server.session.handshake(), Want::failed);
    test::ServerSide other{*contexts};
    EXPECT_EQ(other.session.handshake(), Want::readable);
    EXPECT_EQ(other.shake(peer), Want::nothing);
}

// What is left in the gathering buffer, which is the thread's, would go out on another connection.
TEST_F(SessionTest, AnswersAKeyUpdateThatComesBeforeData) {
    establish();
    for (const bool peeked : {false, true, false}) {
        ASSERT_EQ(SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
        say("hi");
        if (peeked) {
            EXPECT_EQ(server.session.peek(), Want::nothing);
        }
        EXPECT_EQ(server.read(), "hi");
    }
    const std::string answered = test::drained(server.pair.theirs);
    EXPECT_NE(answered, "") << "OpenSSL answers with its next call";
    peer.feed(answered);
    EXPECT_EQ(peer.read(), "");
    ASSERT_EQ(server.session.send("there", ""), Want::nothing);
    EXPECT_EQ(heard(), "there");
}

TEST_F(SessionTest, ReadsNothingMoreOfAPeerThatUpdatesItsKeysTooOften) {
    establish();
    server.session.limit_key_updates(3);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        say("hi");
        ASSERT_EQ(server.read(), "hi") << i;
    }
    EXPECT_EQ(server.session.flood(), TlsFlood::none);
    ASSERT_EQ(SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    say("hi");
    EXPECT_EQ(server.session.read(bytes).want, Want::failed);
    EXPECT_EQ(server.session.flood(), TlsFlood::key_updates);
}

// Whatever call of ours meets it: read() and peek() both read on as long as OpenSSL does.
class Renegotiation : public testing::TestWithParam<bool> {
  protected:
    Renegotiation() {
        EXPECT_EQ(server.shake(peer), Want::nothing);
        EXPECT_EQ(server.session.version(), "TLSv1.2");
    }

    Want call() { return GetParam() ? server.session.peek() : server.session.read(bytes).want; }

    std::unique_ptr<Contexts> contexts = Contexts::make(test::shop_config()).value();
    test::ServerSide server{*contexts};
    test::TlsPeer peer{"shop.test",
                       [](SSL* ssl) { SSL_set_max_proto_version(ssl, TLS1_2_VERSION); }};
    std::array<char, 64> bytes{};
};

TEST_P(Renegotiation, OfTls12EndsTheConnectionAtTheFirstMessage) {
    ASSERT_EQ(SSL_renegotiate(peer.ssl()), 1);
    peer.handshake();
    const std::string hello = peer.take_output();
    ASSERT_NE(hello, "");
    put(server.pair.theirs, hello);
    EXPECT_EQ(call(), Want::failed);
    EXPECT_EQ(server.session.flood(), TlsFlood::renegotiation);
    put(server.pair.theirs, hello);
    EXPECT_EQ(call(), Want::failed) << "and nothing more is read";
}

INSTANTIATE_TEST_SUITE_P(ReadAndPeek, Renegotiation, testing::Bool());

}  // namespace
}  // namespace portcullis::tls
