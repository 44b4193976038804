#include "proxy/relay/body.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using http1::BodyKind;

// What comes out of the bytes, given piece by piece, and what is left of them behind the body.
struct Read {
    std::string data;
    std::string rest;
    bool done = false;

    bool operator==(const Read&) const = default;
};

Read read(BodyReader& reader, std::string_view bytes, std::size_t piece) {
    Read result;
    std::string buffer;
    while (!reader.done() && reader.refusal() == http::Refusal::none && !bytes.empty()) {
        buffer.append(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        while (!buffer.empty() && !reader.done() && reader.refusal() == http::Refusal::none) {
            const BodyReader::Piece got = reader.next(buffer);
            result.data.append(got.data);
            buffer.erase(0, got.consumed);
            if (got.consumed == 0) {
                break;
            }
        }
    }
    result.rest = buffer + std::string{bytes};
    result.done = reader.done();
    return result;
}

TEST(BodyReader, ABodyOfKnownLengthEndsThere) {
    for (const std::size_t piece : {1U, 2U, 5U, 100U}) {
        BodyReader reader{{BodyKind::length, 5, {}}};
        EXPECT_EQ(read(reader, "hellonext", piece), (Read{"hello", "next", true})) << piece;
    }
    BodyReader cut{{BodyKind::length, 5, {}}};
    EXPECT_EQ(read(cut, "hell", 100), (Read{"hell", "", false}));
    EXPECT_FALSE(cut.close()) << "one byte is missing";
}

TEST(BodyReader, NoBodyIsDoneAtOnce) {
    BodyReader reader{{BodyKind::none, 0, {}}};
    EXPECT_TRUE(reader.done());
    EXPECT_TRUE(reader.close());
}

TEST(BodyReader, ABodyUntilCloseIsDoneOnlyThen) {
    BodyReader reader{{BodyKind::until_close, 0, {}}};
    EXPECT_EQ(read(reader, "all of it", 4), (Read{"all of it", "", false}));
    EXPECT_TRUE(reader.close());
    EXPECT_TRUE(reader.done());
}

TEST(BodyReader, AChunkedBodyIsDecodedHoweverItIsSplit) {
    const std::string_view bytes = "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nSum: 1\r\n\r\nnext";
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        BodyReader reader{{BodyKind::chunked, 0, {}}};
        EXPECT_EQ(read(reader, bytes, piece), (Read{"hello", "next", true})) << piece;
        ASSERT_EQ(reader.trailers().size(), 1U);
        EXPECT_EQ(reader.trailers()[0].name, "Sum");
        EXPECT_EQ(reader.trailers()[0].value, "1");
    }
}

TEST(BodyReader, AChunkedBodyThatIsCutIsNotComplete) {
    const std::string_view whole = "5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BodyReader reader{{BodyKind::chunked, 0, {}}};
        EXPECT_FALSE(read(reader, whole.substr(0, size), 100).done) << size;
        EXPECT_FALSE(reader.close()) << size;
    }
}

TEST(BodyReader, RefusesAMalformedChunkAndGivesNothingOfIt) {
    BodyReader reader{{BodyKind::chunked, 0, {}}};
    EXPECT_EQ(read(reader, "2\r\nok\r\nzz\r\nbad", 100).data, "ok");
    EXPECT_NE(reader.refusal(), http::Refusal::none);
    EXPECT_FALSE(reader.close());
}

}  // namespace
}  // namespace portcullis::relay
