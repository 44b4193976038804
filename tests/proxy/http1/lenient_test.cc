#include "proxy/http1/lenient.h"

#include "proxy/http1/framing.h"
#include "proxy/http1/parser.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::http1 {
namespace {

using namespace std::string_literals;
using Part = LenientSection::Part;

std::size_t end_of(std::string_view bytes, Part part) {
    LenientSection section{part};
    return section.feed(bytes) ? section.consumed() : 0;
}

TEST(LenientSection, EndsWithTheFirstEmptyLine) {
    EXPECT_EQ(end_of("HTTP/1.1 200 OK\nA: b\n\nbody", Part::head), 22U);
    EXPECT_EQ(end_of("HTTP/1.1 200 OK\r\nA: b\n\r\nbody", Part::head), 24U);
    EXPECT_EQ(end_of("HTTP/1.1 200 OK\n\nbody", Part::head), 17U);
    EXPECT_EQ(end_of("\nA: b\n\n", Part::head), 7U) << "the status line is never the end";
    EXPECT_EQ(end_of("HTTP/1.1 200 OK\r\nA: b\r\n", Part::head), 0U);
    EXPECT_EQ(end_of("\nrest", Part::trailers), 1U);
    EXPECT_EQ(end_of("\r\nrest", Part::trailers), 2U);
    EXPECT_EQ(end_of("A: b\n\n", Part::trailers), 6U);
}

TEST(LenientSection, EndsAtTheSameByteHoweverTheBytesAreSplit) {
    const std::string bytes = "HTTP/1.1 200 OK\nA: b\r\n c\n\nbody";
    LenientSection slow{Part::head};
    for (std::size_t size = 1; size < 26; ++size) {
        EXPECT_FALSE(slow.feed(std::string_view{bytes}.substr(0, size))) << size;
    }
    EXPECT_TRUE(slow.feed(std::string_view{bytes}.substr(0, 26)));
    EXPECT_EQ(slow.consumed(), 26U);
}

TEST(Repaired, IsInTheStrictForm) {
    const std::pair<std::string, std::string> cases[] = {
        {"HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
        {"HTTP/1.1 200 O\0K\r\nA: \x01 b\rc\r\n\r\n"s, "HTTP/1.1 200 O K\r\nA:   b c\r\n\r\n"},
        {"S\r\nA: b\r\n  c\r\n\td\r\nE: f\r\n\r\n", "S\r\nA: b c d\r\nE: f\r\n\r\n"},
        {"S\r\nContent-Length: 5\r\nA: b\r\ncontent-length: 5\r\n\r\n",
         "S\r\nContent-Length: 5\r\nA: b\r\n\r\n"},
        {"S\r\nContent-Length: 5, 5\r\n\r\n", "S\r\nContent-Length: 5\r\n\r\n"},
        {"S\r\nContent-Length:\r\n 5\r\n\r\n", "S\r\nContent-Length: 5\r\n\r\n"},
        {"S\r\nTransfer-Encoding: chunked, Chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
         "S\r\nTransfer-Encoding: chunked\r\n\r\n"},
    };
    for (const auto& [received, want] : cases) {
        EXPECT_EQ(repaired(received, Part::head), want);
    }
    EXPECT_EQ(repaired("\n", Part::trailers), "\r\n");
    EXPECT_EQ(repaired("A: b\n c\n\n", Part::trailers), "A: b c\r\n\r\n");
}

// What leaves the length in doubt stays as it is, and the strict parser refuses it.
TEST(Repaired, LeavesEveryDoubtAboutTheLength) {
    for (const char* lines :
         {"Content-Length: 5\nContent-Length: 6\n", "Content-Length: 5, 6\n",
          "Content-Length: 5, 05\n", "Content-Length: 5\nContent-Length: \n",
          "Content-Length: +5\n", "Content-Length: 5 5\n",
          "Content-Length: 5\nTransfer-Encoding: chunked\n", "Transfer-Encoding: gzip, chunked\n",
          "Transfer-Encoding: chunked\nTransfer-Encoding: x\n", "Transfer-Encoding: chunked;a\n",
          "Content-Length : 5\n", " Content-Length: 5\n", "Content-Length\x01: 5\n",
          "Content Length: 5\n", "Transfer-Encoding\n: chunked\n"}) {
        const std::string text =
            repaired("HTTP/1.1 200 OK\n" + std::string{lines} + "\n", Part::head);
        ResponseParser parser;
        const bool taken = parser.feed(text, {}) == Step::done &&
                           response_framing(parser.head(), false).refusal == http::Refusal::none;
        EXPECT_FALSE(taken) << text;
    }
}

}  // namespace
}  // namespace portcullis::http1
