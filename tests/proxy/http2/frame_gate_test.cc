#include "proxy/http2/frame_gate.h"

#include "tests/proxy/http2/frames.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::http2 {
namespace {

using test::frame;
using test::kEndHeaders;
using test::kEndStream;
using test::number32;
using test::Type;

std::string headers(std::uint32_t stream, unsigned flags = kEndHeaders | kEndStream) {
    return frame(Type::headers, static_cast<std::uint8_t>(flags), stream, "block");
}

std::string data(std::uint32_t stream, unsigned flags = kEndStream) {
    return frame(Type::data, static_cast<std::uint8_t>(flags), stream, "body");
}

std::string reset(std::uint32_t stream) {
    return frame(Type::rst_stream, 0, stream, number32(8));
}

std::string priority(std::uint32_t stream, std::uint32_t depends_on) {
    return frame(Type::priority, 0, stream, number32(depends_on) + '\x10');
}

// All that comes before the error, and the error.
FrameGate::GateVerdict judge(const std::string& frames, std::size_t piece) {
    FrameGate gate;
    const std::string all = std::string{test::kPreface} + frames;
    for (std::size_t at = 0; at < all.size(); at += piece) {
        const std::string copy = all.substr(at, piece);  // of exactly its size
        const FrameGate::GateVerdict verdict = gate.feed(copy);
        EXPECT_LE(verdict.passed, copy.size());
        if (verdict.error != Code::no_error) {
            return {at + verdict.passed, verdict.error};
        }
        EXPECT_EQ(verdict.passed, copy.size());
    }
    return {all.size()};
}

struct Case {
    const char* name;
    std::string before;  // what is let through
    std::string refused;
    Code error;
};

const Case kRefused[] = {
    {"DATA after END_STREAM", headers(1), data(1), Code::stream_closed},
    {"DATA after the END_STREAM of DATA", headers(1, kEndHeaders) + data(1), data(1),
     Code::stream_closed},
    {"empty DATA after END_STREAM", headers(1), frame(Type::data, kEndStream, 1, ""),
     Code::stream_closed},
    {"HEADERS after END_STREAM", headers(1), headers(1), Code::stream_closed},
    {"HEADERS after trailers", headers(1, kEndHeaders) + headers(1), headers(1),
     Code::stream_closed},
    {"HEADERS after CONTINUATION",
     headers(1, kEndStream) + frame(Type::continuation, kEndHeaders, 1, "x"), headers(1),
     Code::stream_closed},
    {"DATA after RST_STREAM", headers(1, kEndHeaders) + reset(1), data(1), Code::stream_closed},
    {"HEADERS after RST_STREAM", headers(1, kEndHeaders) + reset(1), headers(1),
     Code::stream_closed},
    {"DATA long after", headers(1) + headers(3) + headers(5, kEndHeaders) + data(5, 0), data(3),
     Code::stream_closed},
    {"a lower stream", headers(5), headers(3), Code::protocol_error},
    {"the lowest stream", headers(5), headers(1), Code::protocol_error},
    {"a stream between two", headers(1) + headers(5) + headers(9), headers(7),
     Code::protocol_error},
    {"a lower stream that was reset", headers(5) + reset(3), headers(3), Code::protocol_error},
    {"DATA on a lower stream", headers(5), data(3), Code::stream_closed},
    {"PRIORITY on stream 0", "", priority(0, 1), Code::protocol_error},
    {"PRIORITY on stream 0 of another length", "", frame(Type::priority, 0, 0, "four"),
     Code::protocol_error},
    {"PRIORITY on itself", headers(1), priority(3, 3), Code::protocol_error},
    {"PRIORITY on itself, exclusive", "", priority(3, 0x80000003), Code::protocol_error},
};

TEST(FrameGate, RefusesWhatBelongsToNoStreamAtAnySplit) {
    for (const Case& c : kRefused) {
        const std::size_t begin = test::kPreface.size() + c.before.size();
        for (std::size_t piece = 1; piece <= begin + c.refused.size(); ++piece) {
            const FrameGate::GateVerdict verdict = judge(c.before + c.refused, piece);
            EXPECT_EQ(verdict.error, c.error) << c.name << " in pieces of " << piece;
            EXPECT_GE(verdict.passed, begin) << c.name;
            EXPECT_LT(verdict.passed, begin + c.refused.size()) << c.name;
        }
    }
}

// What nghttp2 has an opinion on, and what real clients send.
TEST(FrameGate, LetsThroughWhatIsNotItsToRefuse) {
    const std::vector<std::string> all = {
        "",
        headers(1) + headers(3) + headers(5),
        headers(13) + headers(15),  // nghttp, after streams that only order others
        priority(3, 0) + priority(5, 3) + headers(1),
        headers(1) + priority(1, 0) + reset(1) + frame(Type::window_update, 0, 1, number32(1)),
        headers(1, kEndHeaders) + headers(3) + data(1, 0) + data(1),
        headers(1, kEndHeaders) + data(1, 0) + headers(1),  // trailers
        headers(1, kEndHeaders) + headers(3, kEndHeaders) + data(1) + reset(3),
        headers(0) + headers(2) + headers(2) + data(0) + data(7),        // no streams of a client
        headers(1, kEndStream) + data(1, 0) + priority(0, 0) + headers(1),  // inside a section
        frame(Type::priority, 0, 3, number32(3)),                        // too short
        frame(Type{0xff}, 0xff, 0, "whatever") + frame(Type::settings, 0, 0, ""),
        frame(Type::data, kEndStream, 0x80000001, ""),
    };
    for (const std::string& frames : all) {
        for (std::size_t piece = 1; piece <= frames.size() + 30; ++piece) {
            EXPECT_EQ(judge(frames, piece).error, Code::no_error) << testing::PrintToString(frames);
        }
    }
}

// A client that has ended more streams, with others open between them, than are remembered.
TEST(FrameGate, ToleratesWhatItHasForgotten) {
    std::string frames;
    for (std::uint32_t i = 0; i <= StreamIds::kRangesMax; ++i) {
        frames += headers(1 + 4 * i) + headers(3 + 4 * i, kEndHeaders);
    }
    EXPECT_EQ(judge(frames + data(1), 1U << 20U).error, Code::no_error);
    EXPECT_EQ(judge(frames + data(5), 1U << 20U).error, Code::stream_closed);
}

}  // namespace
}  // namespace portcullis::http2
