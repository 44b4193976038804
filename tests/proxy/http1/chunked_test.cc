#include "proxy/http1/chunked.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace portcullis::http1 {
namespace {

using http::Refusal;
using Kind = ChunkedDecoder::Piece::Kind;

struct Decoded {
    Kind kind = Kind::more;
    std::size_t consumed = 0;  // of everything given
    std::string data;
    std::string trailers;
    Refusal refusal = Refusal::none;

    bool operator==(const Decoded&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
    return out << "kind " << static_cast<int>(decoded.kind) << ", consumed " << decoded.consumed
               << ", data " << decoded.data << ", trailers " << decoded.trailers << ", refusal "
               << http::name(decoded.refusal);
}

// In pieces of that size after the first, each in a heap buffer of exactly its size.
Decoded decode(const std::string& bytes, std::size_t first, std::size_t then,
               Tolerance tolerance = Tolerance::none) {
    ChunkedDecoder decoder{tolerance};
    Decoded decoded;
    for (std::size_t begin = 0, end = std::min(first, bytes.size());;
         begin = end, end = std::min(end + then, bytes.size())) {
        const std::vector<char> exact(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(end));
        std::string_view rest{exact.data(), exact.size()};
        do {
            const auto piece = decoder.next(rest);
            decoded.kind = piece.kind;
            decoded.consumed += piece.consumed;
            decoded.data.append(piece.data);
            EXPECT_EQ(piece.data.empty(), piece.kind != Kind::data);
            rest.remove_prefix(piece.consumed);
        } while (decoded.kind == Kind::data);
        if (decoded.kind != Kind::more || end == bytes.size()) {
            break;
        }
        EXPECT_TRUE(rest.empty()) << "more means that everything was consumed";
    }
    if (decoded.kind == Kind::failed) {
        return {
            Kind::failed, 0, {}, {}, decoder.refusal()};  // how far it came is nobody's business
    }
    for (const http::Field& field : decoder.trailers()) {
        decoded.trailers.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    return decoded;
}

Decoded decode(const std::string& bytes) {
    return decode(bytes, bytes.size(), bytes.size());
}

std::string hex(std::size_t number) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (; number > 0; number /= 16) {
        text.insert(text.begin(), kDigits[number % 16]);
    }
    return text;
}

TEST(ChunkedDecoder, GivesTheSameHoweverTheBytesAreSplit) {
    for (const std::string& bytes : {
             std::string{"5\r\nhello\r\n0\r\n\r\nGET"},
             std::string{"1;a=b\r\nx\r\nA;q=\"\\\"\r\";c\r\n0123456789\r\n0\r\n\r\n"},
             std::string{"1;a=b\r\nx\r\nA;q=\"\\\";\";c\r\n0123456789\r\n0;z\r\nX-Sum: "
                         "1\r\nY:\r\n\r\nrest"},
             std::string{"3\r\nabc\r\n0\r\nX: y\n\r\n"},
             std::string{"3\r\nabcd\r\n"},
         }) {
        const Decoded whole = decode(bytes);
        for (std::size_t at = 0; at <= bytes.size(); ++at) {
            EXPECT_EQ(decode(bytes, at, bytes.size()), whole) << "split at " << at;
        }
        for (std::size_t size = 1; size < 5; ++size) {
            EXPECT_EQ(decode(bytes, size, size), whole) << "pieces of " << size;
        }
    }
}

TEST(ChunkedDecoder, LeavesWhatFollowsTheBodyAlone) {
    const Decoded decoded = decode("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
    EXPECT_EQ(decoded, (Decoded{Kind::done, 26, "hello world", "", Refusal::none}));
}

TEST(ChunkedDecoder, WantsMoreOfEveryTruncation) {
    const std::string bytes = "5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n";
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode(bytes.substr(0, size)).kind, Kind::more) << size;
    }
    EXPECT_EQ(decode(bytes).kind, Kind::done);
}

TEST(ChunkedDecoder, PassesDataThroughWithoutCopying) {
    const std::string bytes = "5\r\nhello\r\n";
    ChunkedDecoder decoder;
    const auto piece = decoder.next(bytes);
    EXPECT_EQ(piece.data.data(), bytes.data() + 3);
    EXPECT_EQ(piece.consumed, 8U);
}

TEST(ChunkedDecoder, TakesSizesOfUpTo16DigitsAndTwoToThe63Minus1) {
    EXPECT_EQ(decode("000000000000001\r\nx").data, "x");
    EXPECT_EQ(decode("0000000000000001\r\nx").data, "x");
    EXPECT_EQ(decode("00000000000000001\r\nx").refusal, Refusal::chunk_size_too_long);
    EXPECT_EQ(decode("7FFFffffFFFFfffe\r\nx").kind, Kind::more);
    EXPECT_EQ(decode("7FFFffffFFFFffff\r\nx").kind, Kind::more);
    EXPECT_EQ(decode("8000000000000000\r\nx").refusal, Refusal::chunk_size_too_long);
    EXPECT_EQ(decode("ffffffffffffffff\r\nx").refusal, Refusal::chunk_size_too_long);
}

TEST(ChunkedDecoder, RefusesWhatIsNoHexadecimalNumber) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool digit =
            std::string_view{"0123456789abcdefABCDEF"}.find(c) != std::string_view::npos;
        EXPECT_EQ(decode(std::string{c} + "\r\n").kind == Kind::failed, !digit) << byte;
        const bool may_follow = digit || c == ';' || c == '\r';
        EXPECT_EQ(decode(std::string{"1"} + c).kind == Kind::failed, !may_follow) << byte;
    }
}

TEST(ChunkedDecoder, BoundsTheExtensionsOfAChunk) {
    const auto with = [](std::size_t bytes) {
        return "1;" + std::string(bytes - 1, 'e') + "\r\nx\r\n0\r\n\r\n";
    };
    EXPECT_EQ(decode(with(kChunkExtensionBytesMax - 1)).kind, Kind::done);
    EXPECT_EQ(decode(with(kChunkExtensionBytesMax)).kind, Kind::done);
    EXPECT_EQ(decode(with(kChunkExtensionBytesMax + 1)).refusal, Refusal::bad_chunk_extension);
    const std::string quoted = "1;a=\"" + std::string(kChunkExtensionBytesMax, ' ');
    EXPECT_EQ(decode(quoted).refusal, Refusal::bad_chunk_extension);
    std::string many = "1";
    for (std::size_t i = 0; i < kChunkExtensionBytesMax / 2; ++i) {
        many += ";a";
    }
    EXPECT_EQ(decode(many + "\r\nx\r\n0\r\n\r\n").kind, Kind::done);
    EXPECT_EQ(decode(many + ";a\r\nx\r\n0\r\n\r\n").refusal, Refusal::bad_chunk_extension);
}

TEST(ChunkedDecoder, BoundsTheExtensionsOfABody) {
    const std::string chunk = "1;" + std::string(kChunkExtensionBytesMax - 1, 'e') + "\r\nx\r\n";
    std::string bytes;
    for (std::size_t i = 0; i < kChunkExtensionsBytesMax / kChunkExtensionBytesMax; ++i) {
        bytes += chunk;
    }
    EXPECT_EQ(decode(bytes + "0\r\n\r\n").kind, Kind::done);
    EXPECT_EQ(decode(bytes + "1;e\r\nx\r\n0\r\n\r\n").refusal, Refusal::bad_chunk_extension);
}

TEST(ChunkedDecoder, BoundsTheTrailersToTheByte) {
    const auto with = [](std::size_t bytes) {
        return "0\r\nX: " + std::string(bytes - 5, 'v') + "\r\n\r\n";
    };
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{100'000}}) {
        EXPECT_EQ(decode(with(kTrailerBytesMax - 1), piece, piece).kind, Kind::done);
        EXPECT_EQ(decode(with(kTrailerBytesMax), piece, piece).kind, Kind::done);
        EXPECT_EQ(decode(with(kTrailerBytesMax + 1), piece, piece).refusal,
                  Refusal::trailer_too_long);
    }
    EXPECT_EQ(decode("0\r\nX: " + std::string(kTrailerBytesMax, 'v')).refusal,
              Refusal::trailer_too_long);
}

TEST(ChunkedDecoder, BoundsTheNumberOfTrailers) {
    std::string lines;
    for (std::size_t i = 0; i < kTrailerFieldsMax; ++i) {
        lines += "X: v\r\n";
    }
    EXPECT_EQ(decode("0\r\n" + lines + "\r\n").trailers, lines);
    EXPECT_EQ(decode("0\r\n" + lines + "X: v\r\n\r\n").refusal, Refusal::trailer_too_long);
}

TEST(ChunkedDecoder, LeavesOutTrailersThatNobodyMayBelieve) {
    const Decoded decoded = decode(
        "0\r\nX-Checksum:  abc \r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: "
        "b\r\nAuthorization: x\r\n"
        "X-Forwarded-For: 1.2.3.4\r\nX_Request_ID: 1\r\nCookie: c\r\nServer-Timing: "
        "a;dur=1\r\n\r\n");
    EXPECT_EQ(decoded.kind, Kind::done);
    EXPECT_EQ(decoded.trailers, "X-Checksum: abc\r\nServer-Timing: a;dur=1\r\n");
}

// Each at every split, by all three tolerances.
TEST(ChunkedDecoder, TakesOfOriginsWhatItRefusesOfClients) {
    const auto taken = [](const std::string& bytes, Tolerance tolerance) {
        const Decoded whole = decode(bytes, bytes.size(), bytes.size(), tolerance);
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            EXPECT_EQ(decode(bytes, at, bytes.size(), tolerance), whole) << bytes << at;
        }
        EXPECT_EQ(decode(bytes, 1, 1, tolerance), whole) << bytes;
        const bool done = whole.kind == Kind::done && whole.data == "hello";
        EXPECT_EQ(done, whole.kind == Kind::done) << bytes;
        return done;
    };
    for (const char* bytes : {"5   \r\nhello\r\n0 \t\r\n\r\n", "5 ;a\r\nhello\r\n0\r\n\r\n",
                              "5; a\r\nhello\r\n0\r\n\r\n", "5;a = b\r\nhello\r\n0\r\n\r\n",
                              "5 ; a = \"b c\" ; d \r\nhello\r\n0\r\n\r\n"}) {
        EXPECT_FALSE(taken(bytes, Tolerance::none)) << bytes;
        EXPECT_TRUE(taken(bytes, Tolerance::padding)) << bytes;
        EXPECT_TRUE(taken(bytes, Tolerance::lenient)) << bytes;
    }
    for (const char* bytes : {"5\nhello\n0\n\n", "5\r\nhello\n0\r\n\n", "5;a\nhello\r\n0\n\r\n",
                              "5 \nhello\n0\nX: y\n z\n\n"}) {
        EXPECT_FALSE(taken(bytes, Tolerance::padding)) << bytes;
        EXPECT_TRUE(taken(bytes, Tolerance::lenient)) << bytes;
    }
    for (const char* bytes :
         {" 5\r\nhello\r\n0\r\n\r\n", "5 5\r\nhello\r\n0\r\n\r\n", "\nhello", "5 \rhello",
          "5;\nhello\n0\n\n", "5;a b\r\nhello\r\n0\r\n\r\n", "5;a=\"b\nhello\n0\n\n",
          "5\r\nhelloX\r\n0\r\n\r\n", "5; \r\nhello\r\n0\r\n\r\n", "5\n\nhello\n0\n\n"}) {
        EXPECT_FALSE(taken(bytes, Tolerance::lenient)) << bytes;
    }
}

TEST(ChunkedDecoder, BoundsWhatIsLenientAsWell) {
    EXPECT_EQ(
        decode("5" + std::string(300, ' ') + "\r\nhello", 400, 400, Tolerance::padding).refusal,
        Refusal::bad_chunk_extension);
    const std::string long_trailer = "0\nX: " + std::string(kTrailerBytesMax, 'x') + "\n\n";
    EXPECT_EQ(decode(long_trailer, 7, 7, Tolerance::lenient).refusal, Refusal::trailer_too_long);
    const Decoded repaired = decode("0\r\nX: a\n b\nHost: evil\n\nrest", 3, 3, Tolerance::lenient);
    EXPECT_EQ(repaired.trailers, "X: a b\r\n");
}

TEST(ChunkedDecoder, StaysDoneOrFailed) {
    ChunkedDecoder well;
    ASSERT_EQ(well.next("0\r\nX: y\r\n\r\n").kind, Kind::done);
    const auto after = well.next("5\r\nhello");
    EXPECT_EQ(after.kind, Kind::done);
    EXPECT_EQ(after.consumed, 0U);
    EXPECT_EQ(well.trailers().size(), 1U);
    ChunkedDecoder ill;
    EXPECT_EQ(ill.next("g").kind, Kind::failed);
    EXPECT_EQ(ill.next("5\r\nhello").kind, Kind::failed);
    EXPECT_EQ(ill.refusal(), Refusal::bad_chunk_size);
}

TEST(ChunkedDecoder, DecodesALongBodyOfChunksOfEverySize) {
    std::string bytes;
    std::string want;
    for (std::size_t size = 1; size < 300; ++size) {
        const std::string data(size, static_cast<char>('a' + size % 26));
        bytes += hex(size) + "\r\n" + data + "\r\n";
        want += data;
    }
    bytes += "0\r\n\r\n";
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{7}, std::size_t{1000}, bytes.size()}) {
        EXPECT_EQ(decode(bytes, piece, piece).data, want);
    }
}

}  // namespace
}  // namespace portcullis::http1
