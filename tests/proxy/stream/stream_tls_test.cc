// Streams with TLS on top: the client's side is OpenSSL in memory, and every byte of ciphertext is
// carried by hand.
#include "proxy/stream/stream.h"
#include "proxy/tls/contexts.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/proxy/tls/certificates.h"
#include "tests/support/tls_peer.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

namespace portcullis::stream {
namespace {

using namespace std::chrono_literals;
using test::put;
using test::settle;

Task<> shake(Stream& stream, Duration timeout, std::optional<End>& result) {
    result = co_await stream.handshake(timeout);
}

Task<> write(Stream& stream, std::string_view first, std::string_view second, Duration timeout,
             std::optional<End>& result) {
    result = co_await stream.write(first, second, timeout);
}

class TlsStream : public testing::Test {
  protected:
    TlsStream() { stream.begin_tls(contexts->initial()); }

    void carry() {
        settle(loop);
        peer.feed(test::drained(pair.theirs));
    }

    void established() {
        const Task<> shaking = shake(stream, 1h, shaken);
        while (!shaken) {
            peer.handshake();
            put(pair.theirs, peer.take_output());
            carry();
        }
        ASSERT_EQ(shaken, End::none);
        EXPECT_EQ(peer.read(), "");  // takes the ticket
    }

    Loop loop;
    test::LocalPair pair;
    std::unique_ptr<tls::Contexts> contexts = tls::Contexts::make(test::shop_config()).value();
    Stream stream{Socket{loop, std::move(pair.ours)}};
    test::TlsPeer peer{"shop.test"};
    std::optional<End> shaken;
    std::optional<End> written;
    std::array<char, 64> bytes{};
};

TEST_F(TlsStream, CarriesBytesBothWays) {
    established();
    peer.write("question");
    put(pair.theirs, peer.take_output());
    EXPECT_EQ(std::string_view(bytes.data(), stream.try_read(bytes).bytes), "question");
    const Task<> writing = write(stream, "ans", "wer", kForever, written);
    carry();
    EXPECT_EQ(peer.read(), "answer");
    EXPECT_EQ(written, End::none);
}

TEST_F(TlsStream, TheHandshakesDeadlineIsForAllOfIt) {
    const Task<> shaking = shake(stream, 100ms, shaken);
    peer.handshake();
    const std::string hello = peer.take_output();
    put(pair.theirs, hello.substr(0, 10));
    settle(loop);
    EXPECT_FALSE(shaken);
    loop.wheel().advance(1s);
    EXPECT_EQ(shaken, End::timeout);
}

Task<> read(Stream& stream, std::span<char> into, Duration timeout, std::optional<Io>& result) {
    result = co_await stream.read(into, timeout);
}

// One record, a byte for each tick and a half of the wheel, so that every byte wakes the reader.
TEST_F(TlsStream, PartsOfARecordDoNotMoveAReadsDeadline) {
    established();
    peer.write("never");
    const std::string record = peer.take_output();
    std::optional<Io> io;
    const Task<> reading = read(stream, bytes, 1s, io);
    auto now = loop.wheel().elapsed();
    std::size_t sent = 0;
    while (!io && sent < record.size() - 1) {
        put(pair.theirs, record.substr(sent++, 1));
        settle(loop);
        loop.wheel().advance(now += 75ms);
    }
    ASSERT_TRUE(io);
    EXPECT_EQ(io->end, End::timeout);
    EXPECT_LT(sent, 18U) << "the deadline was moved";
}

TEST_F(TlsStream, ReadsARecordThatIsCutAnywhere) {
    established();
    for (std::size_t at = 1;; ++at) {
        peer.write("split");
        const std::string record = peer.take_output();
        if (at == record.size()) {
            break;
        }
        std::optional<Io> io;
        const Task<> reading = read(stream, bytes, 1s, io);
        put(pair.theirs, record.substr(0, at));
        settle(loop);
        ASSERT_FALSE(io) << at;
        put(pair.theirs, record.substr(at));
        settle(loop);
        ASSERT_TRUE(io) << at;
        EXPECT_EQ(std::string_view(bytes.data(), io->bytes), "split");
    }
}

TEST_F(TlsStream, WritesTwoPiecesToASlowReaderInOrder) {
    established();
    const std::string first(100'000, 'a');
    const std::string second(900'000, 'b');
    const Task<> writing = write(stream, first, second, kForever, written);
    EXPECT_FALSE(written) << "the kernel does not take as much at once";
    std::string got;
    while (!written) {
        peer.feed(test::drained(pair.theirs));
        got += peer.read();
        settle(loop);
    }
    carry();
    got += peer.read();
    EXPECT_EQ(written, End::none);
    EXPECT_TRUE(got == first + second);
}

TEST_F(TlsStream, AWriteThatNobodyTakesEndsAtItsDeadline) {
    established();
    const std::string much(1'000'000, 'x');
    const Task<> writing = write(stream, much, {}, 1s, written);
    loop.wheel().advance(3s);
    EXPECT_EQ(written, End::timeout);
}

// A FIN can be forged, a close_notify cannot (RFC 8446, 6.1).
TEST_F(TlsStream, OnlyCloseNotifyIsAnEndThatCanBeTrusted) {
    established();
    put(pair.theirs, (peer.close_notify(), peer.take_output()));
    settle(loop);
    EXPECT_EQ(stream.peek(), End::closed);
    EXPECT_EQ(stream.try_read(bytes).end, End::closed);
}

TEST_F(TlsStream, AFinWithoutCloseNotifyIsAReset) {
    established();
    pair.theirs.reset();
    settle(loop);
    EXPECT_EQ(stream.peek(), End::reset);
    EXPECT_EQ(stream.try_read(bytes).end, End::reset);
}

TEST_F(TlsStream, PeeksWithoutTaking) {
    established();
    EXPECT_EQ(stream.peek(), End::timeout);
    peer.write("abc");
    put(pair.theirs, peer.take_output());
    settle(loop);
    EXPECT_EQ(stream.peek(), End::none);
    EXPECT_TRUE(stream.has_pending());
    EXPECT_EQ(stream.try_read(bytes).bytes, 3U);
    EXPECT_FALSE(stream.has_pending());
    EXPECT_EQ(stream.peek(), End::timeout);
}

TEST_F(TlsStream, HalfARecordIsNothingYet) {
    established();
    peer.write("whole");
    const std::string record = peer.take_output();
    put(pair.theirs, record.substr(0, 8));
    EXPECT_EQ(stream.peek(), End::timeout);
    const Io half = stream.try_read(bytes);
    EXPECT_EQ(half.bytes, 0U);
    EXPECT_EQ(half.end, End::none);
    put(pair.theirs, record.substr(8));
    EXPECT_EQ(stream.try_read(bytes).bytes, 5U);
}

TEST_F(TlsStream, GarbageInsteadOfARecordIsAReset) {
    established();
    put(pair.theirs, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(stream.try_read(bytes).end, End::reset);
    const Task<> writing = write(stream, "x", {}, kForever, written);
    EXPECT_EQ(written, End::reset) << "nothing can be said any more";
}

TEST_F(TlsStream, LingersAfterSayingThatNothingMoreComes) {
    established();
    const Task<> lingering = stream.linger();
    carry();
    EXPECT_EQ(peer.read(), "");
    EXPECT_TRUE(peer.got_close_notify());
    EXPECT_TRUE(test::at_end(pair.theirs));
    peer.write("too late");
    put(pair.theirs, peer.take_output());
    settle(loop);
    EXPECT_FALSE(lingering.done());
    pair.theirs.reset();
    settle(loop);
    EXPECT_TRUE(lingering.done());
}

}  // namespace
}  // namespace portcullis::stream
